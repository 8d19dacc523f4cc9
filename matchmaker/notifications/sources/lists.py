"""What comes from the list on: publicity, objections, the confirmed result, designations."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.queries import find_user
from matchmaker.actor import VISITOR, Actor
from matchmaker.notifications.inbox.telling import Note, NoteMaker, source_of, tell, tell_same
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import list_applicants, list_consortium
from matchmaker.notifications.subjects import NOTHING, Subject, SubjectKind
from matchmaker.publishing import queries as notices
from matchmaker.publishing.rules import NoticeKind
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.rules import STATE_LABELS as OBJECTION_LABELS
from matchmaker.selection.objections.rules import ObjectionState
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds


def tell_publicity_begun(payload: dict[str, Any]) -> None:
    """The list is shown to the public: the units that applied, with the last day."""
    result_id = payload["result_id"]

    def make(actor: Actor) -> Note | None:
        result = results.get_result(actor, result_id)
        row = rounds.get_round_by_id(actor, result.round_id)
        if result.notice_id is None or result.publicity_to is None:
            return None
        last = result.publicity_to
        return Note(
            kind=NotificationKind.PUBLICITY_BEGUN,
            title=f"“{row.title}”结果开始公示",
            path=f"/notices/{result.notice_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.PUBLIC_NOTICE, str(result.notice_id)),
            text=f"公示至{last.year}年{last.month}月{last.day}日，公示期内可以提出异议。",
        )

    _tell_units(payload["round_id"], make)


def tell_list_withdrawn(payload: dict[str, Any]) -> None:
    """The list was taken back: the units that applied; the reason stands on its notice."""

    def make(actor: Actor) -> Note | None:
        result = results.get_result(actor, payload["result_id"])
        row = rounds.get_round_by_id(actor, result.round_id)
        if result.notice_id is None:
            return None
        return Note(
            kind=NotificationKind.PUBLICITY_BEGUN,
            title=f"“{row.title}”公示名单已撤回",
            path=f"/notices/{result.notice_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.PUBLIC_NOTICE, str(result.notice_id)),
            text="撤回理由见公告；名单调整后将重新公示。",
        )

    _tell_units(payload["round_id"], make)


def tell_result_confirmed(payload: dict[str, Any]) -> None:
    """The result was announced: the units that applied, chosen or not."""
    row = rounds.get_round_by_id(VISITOR, payload["round_id"])
    about = notices.list_about(VISITOR, "selection_round", row.code)
    announced = [notice for notice in about if notice.kind is NoticeKind.RESULT]
    if not announced:
        return
    notice_id = announced[-1].id
    note = Note(
        kind=NotificationKind.PUBLICITY_BEGUN,
        title=f"“{row.title}”评选结果已公布",
        path=f"/notices/{notice_id}",
        source=source_of(payload),
        subject=Subject(SubjectKind.PUBLIC_NOTICE, str(notice_id)),
    )
    _tell_units(payload["round_id"], lambda _: note)


def _tell_units(round_id: int, make: NoteMaker) -> None:
    for organisation_id in applications.list_applicant_units(round_id):
        tell(list_applicants(organisation_id), make)


def tell_scene_designated(payload: dict[str, Any]) -> None:
    """One scene of the confirmed list: the people of all units of its consortium."""
    row = results.get_designation_by_id(payload["designation_id"])

    def make(actor: Actor) -> Note | None:
        application = applications.get_application(actor, row.application_id)
        return Note(
            kind=NotificationKind.SCENE_DESIGNATED,
            title=f"申报“{application.title}”入选，证书编号 {row.number}",
            path=f"/selection/certificates/{row.number}",
            source=source_of(payload),
            subject=Subject(SubjectKind.APPLICATION, str(application.id)),
        )

    tell(list_consortium(row.application), make)


def tell_objection_accepted(payload: dict[str, Any]) -> None:
    """The objection is taken in: the person who filed it while signed in."""
    _tell_filer(payload, f"：{OBJECTION_LABELS[ObjectionState.ACCEPTED]}")


def tell_objection_enquired(payload: dict[str, Any]) -> None:
    """The enquiry is recorded, without what it found: the person who filed it."""
    _tell_filer(payload, f"：{OBJECTION_LABELS[ObjectionState.ENQUIRED]}")


def tell_objection_answered(payload: dict[str, Any]) -> None:
    """The answer to an objection: the person who filed it while signed in."""
    state = objections.get_objection(payload["objection_id"]).state
    _tell_filer(payload, f"已有答复：{OBJECTION_LABELS[state]}")


def _tell_filer(payload: dict[str, Any], result: str) -> None:
    row = objections.get_objection(payload["objection_id"])
    note = Note(
        kind=NotificationKind.OBJECTION_ANSWERED,
        title=f"您提出的异议（{row.receipt}）{result}",
        path=f"/selection/objections?receipt={row.receipt}",
        source=source_of(payload),
        subject=NOTHING,
    )
    filer = find_user(row.filed_by_id) if row.filed_by_id is not None else None
    if filer is not None:
        tell_same([filer], note)
