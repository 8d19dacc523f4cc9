"""Files of a listing: who adds and removes them, who reads them, what the history keeps."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask

from matchmaker.db import read_tx, write_tx
from matchmaker.demands import queries
from matchmaker.demands.attachments import operations
from matchmaker.demands.attachments.queries import list_attachments
from matchmaker.demands.models import DemandListing
from matchmaker.errors import (
    Conflict,
    IllegalTransition,
    InvalidInput,
    LimitExceeded,
    PermissionDenied,
)
from matchmaker.files.operations import FILES_PER_SUBJECT
from tests.conftest import SignIn
from tests.demands.factories import make_draft, make_published, make_submitted
from tests.files.samples import EXECUTABLE, PDF, kept_upload
from tests.people import People

REASON = "补充现场图纸"


def names_of(app: Flask, people: People, code: str) -> list[str]:
    with app.app_context(), read_tx():
        listing = queries.get_listing(people.owner, code)
        return [file.name for file in list_attachments(listing)]


def pdf(name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(PDF), name


def test_a_draft_takes_files_and_loses_them_again(app: Flask, people: People) -> None:
    with app.app_context(), write_tx():
        listing = make_draft(people)
        code = listing.code
        (file,) = operations.add_attachments(people.owner, listing, [kept_upload()])
        assert listing.revisions == []
        operations.remove_attachment(people.colleague, listing, file)
    assert names_of(app, people, code) == []


def test_after_publication_each_change_is_public_with_its_reason(
    app: Flask, people: People
) -> None:
    with app.app_context(), write_tx():
        listing = make_published(people)
        code = listing.code
        (file,) = operations.add_attachments(people.owner, listing, [kept_upload()], reason=REASON)
        name = file.name
        operations.remove_attachment(people.owner, listing, file, reason="图纸有误")
    with app.app_context(), read_tx():
        kept = [
            (row.reason, row.changes[0]["before"], row.changes[0]["after"])
            for row in queries.get_listing(people.stranger, code).revisions
        ]
    assert kept == [(REASON, "（无）", name), ("图纸有误", name, "（已删除）")]


@pytest.mark.parametrize("part", ["stranger", "firm", "officer", "sector_reviewer"])
def test_nobody_else_adds_or_removes(app: Flask, people: People, part: str) -> None:
    with app.app_context(), write_tx():
        listing = make_published(people)
        code = listing.code
        operations.add_attachments(people.owner, listing, [kept_upload()], reason=REASON)
    before = names_of(app, people, code)
    for act in (
        lambda actor, row: operations.add_attachments(actor, row, [kept_upload()], reason=REASON),
        lambda actor, row: operations.remove_attachment(
            actor, row, list_attachments(row)[0], reason=REASON
        ),
    ):
        actor = getattr(people, part)
        with app.app_context(), write_tx():
            row = queries.get_listing(actor, code)
            with pytest.raises(PermissionDenied):
                act(actor, row)
    assert names_of(app, people, code) == before


def test_what_cannot_be_added(app: Flask, people: People) -> None:
    def add(listing: DemandListing, count: int, reason: str) -> None:
        uploads = [kept_upload(f"图纸{number}.pdf") for number in range(count)]
        operations.add_attachments(people.owner, listing, uploads, reason=reason)

    with app.app_context():
        with write_tx():
            code = make_published(people).code
            waiting = make_submitted(people).code
        for count, reason, refusal in (
            (0, REASON, InvalidInput),
            (1, " ", InvalidInput),
            (1, "长" * 201, InvalidInput),
            (FILES_PER_SUBJECT + 1, REASON, LimitExceeded),
        ):
            with pytest.raises(refusal), write_tx():
                add(queries.get_listing(people.owner, code), count, reason)
        with pytest.raises(IllegalTransition), write_tx():
            add(queries.get_listing(people.owner, waiting), 1, REASON)
        with write_tx():
            add(queries.get_listing(people.owner, code), FILES_PER_SUBJECT, REASON)
        with pytest.raises(Conflict, match="name_taken"), write_tx():
            add(queries.get_listing(people.owner, code), 1, REASON)
    assert len(names_of(app, people, code)) == FILES_PER_SUBJECT
    assert names_of(app, people, waiting) == []


def test_a_file_is_as_visible_as_its_listing(app: Flask, people: People, sign_in: SignIn) -> None:
    with app.app_context(), write_tx():
        draft, public = make_draft(people).code, make_published(people).code
    owner, visitor = sign_in(app, "owner@test.example"), app.test_client()
    stranger = sign_in(app, "stranger@test.example")
    links = {}
    for code in (draft, public):
        page = f"/owner/demands/{code}/files"
        refused = owner.post(page, data={"files": (io.BytesIO(EXECUTABLE), "图纸.pdf")})
        assert (refused.status_code, "不能上传" in refused.text) == (422, True)
        sent = owner.post(page, data={"files": pdf("图纸.pdf"), "reason": REASON})
        assert sent.status_code == 302
        assert stranger.post(page, data={"files": pdf("他人.pdf")}).status_code == 404
        found = re.search(rf'/demands/{code}/files/[^"/]+(?=")', owner.get(page).text)
        assert found
        links[code] = found.group()
    assert owner.get(links[draft]).data == PDF
    assert visitor.get(links[draft]).status_code == 404
    assert visitor.get(links[public]).data == PDF
    assert "图纸.pdf" in visitor.get(f"/demands/{public}").text
    crossed = links[draft].replace(draft, public)
    assert owner.get(crossed).status_code == 404, "a token opens its own listing's file only"
    assert owner.post(f"/owner{links[public]}/remove", data={"note": ""}).status_code == 422
    assert owner.post(f"/owner{links[public]}/remove", data={"note": "有误"}).status_code == 302
    assert visitor.get(links[public]).status_code == 404
