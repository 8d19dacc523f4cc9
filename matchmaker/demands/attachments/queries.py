"""Reads of a listing's files; the caller has loaded the listing through ``visible_to``."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.demands.models import DemandListing
from matchmaker.files.models import StoredFile
from matchmaker.files.queries import get_file, list_files

#: What the files of a listing belong to.
SUBJECT = "demand"


def list_attachments(listing: DemandListing) -> Sequence[StoredFile]:
    """The files of a listing in the order of upload."""
    return list_files(SUBJECT, listing.id)


def get_attachment(listing: DemandListing, token: str) -> StoredFile:
    """A file of exactly this listing; raises ``NotFound`` otherwise."""
    return get_file(token, subject_type=SUBJECT, subject_id=listing.id)
