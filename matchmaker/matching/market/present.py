"""What is public at this moment: read whole once, then only where something has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matchmaker.actor import VISITOR
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.matching.archive.rules import compute_digest, describe_offer
from matchmaker.matching.changes.models import ChangeKind
from matchmaker.matching.changes.queries import (
    Mark,
    has_mark,
    list_keys_since,
    list_waiting_keys,
    read_last_mark,
)
from matchmaker.matching.facts import ProductFacts
from matchmaker.matching.market.offers import read_offer
from matchmaker.suppliers.profiles import ProductProfile, list_profiles

KIND = ChangeKind.PRODUCT


@dataclass(frozen=True)
class Present:
    """The published products by id. ``members``: the digest of each one's facts.

    ``mark`` is the last change that was taken up; ``unsettled`` are products whose change was
    taken up before it had a number.
    """

    profiles: Mapping[str, ProductProfile]
    offers: Mapping[str, ProductFacts]
    members: Mapping[str, str]
    mark: Mark
    unsettled: frozenset[str]


def read_present(held: Present | None) -> Present:
    """The published products of now, by reading what has changed since ``held``.

    Everything is read where nothing is held or the database is another one than before.
    """
    # Read before the products: a change that falls between is only taken up twice.
    mark, waiting = read_last_mark(KIND), list_waiting_keys(KIND)
    if held is None or not has_mark(KIND, held.mark):
        return _with(Present({}, {}, {}, mark, waiting), list_profiles(VISITOR), ())
    keys = list_keys_since(KIND, held.mark.seq) | waiting | held.unsettled
    moved = Present(held.profiles, held.offers, held.members, mark, waiting)
    return _with(moved, list_profiles(VISITOR, keys), keys)


def _with(held: Present, found: Iterable[ProductProfile], gone: Iterable[str]) -> Present:
    """``held`` without ``gone`` and with what was found."""
    vocabulary = load_vocabulary()
    profiles, offers, members = dict(held.profiles), dict(held.offers), dict(held.members)
    for key in gone:
        for part in (profiles, offers, members):
            part.pop(key, None)
    for profile in found:
        offer = read_offer(profile, vocabulary)
        profiles[profile.id], offers[profile.id] = profile, offer
        members[profile.id] = compute_digest(describe_offer(offer))
    return Present(profiles, offers, members, held.mark, held.unsettled)
