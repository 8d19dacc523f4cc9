"""The files of an owner's listing: upload and removal."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField

from matchmaker import clock
from matchmaker.demands.attachments import operations
from matchmaker.demands.attachments.queries import get_attachment, list_attachments
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import EDITABLE_STATUSES, OPEN_STATUSES
from matchmaker.errors import DomainError
from matchmaker.files.operations import FILES_PER_SUBJECT
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.owner.demands.access import CODE, get_own_listing
from matchmaker.web.shared import demands as shared
from matchmaker.web.shared.files import keep_uploads, read_uploads

bp = Blueprint("owner_attachments", __name__, url_prefix="/owner/demands")
gate(bp, "owner")


class AttachmentForm(FlaskForm):
    """Files to add, and why where the listing is public already."""

    files = MultipleFileField("附件")
    reason = StringField("变更原因")


@bp.get(f"/{CODE}/files")
def index(code: str) -> ResponseReturnValue:
    return _page(get_own_listing(code), AttachmentForm())


@bp.post(f"/{CODE}/files")
@reads_only
def add(code: str) -> ResponseReturnValue:
    actor, form = current_actor(), AttachmentForm()
    get_own_listing(code)
    if not form.validate():
        return show_invalid(lambda: _page(get_own_listing(code), form))
    try:
        uploads = read_uploads()
        keep_uploads(uploads)
        begin_write()
        listing, reason = get_own_listing(code), form.reason.data or ""
        operations.add_attachments(actor, listing, uploads, reason=reason)
    except DomainError as error:
        return show_refusal(form, error, lambda: _page(get_own_listing(code), form))
    flash("附件已上传。", "success")
    return redirect(url_for("owner_attachments.index", code=code))


@bp.post(f"/{CODE}/files/<string(maxlength=43):token>/remove")
def remove(code: str, token: str) -> ResponseReturnValue:
    listing = get_own_listing(code)
    file, reason = get_attachment(listing, token), request.form.get("note", "")
    operations.remove_attachment(current_actor(), listing, file, reason=reason)
    flash("附件已删除。", "success")
    return redirect(url_for("owner_attachments.index", code=code))


def _page(listing: DemandListing, form: AttachmentForm) -> str:
    return render_template(
        "owner/demands/attachments.html",
        card=shared.make_card(listing, clock.today()),
        attachments=list_attachments(listing),
        form=form,
        most=FILES_PER_SUBJECT,
        is_public=listing.status in OPEN_STATUSES,
        may_change=listing.status in EDITABLE_STATUSES | OPEN_STATUSES,
    )
