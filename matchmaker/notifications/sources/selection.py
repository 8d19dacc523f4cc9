"""What comes from the yearly selection.

A judge is told of a round, never of a scene: whatever is recused cannot be guessed from it.
"""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.queries import find_user
from matchmaker.actor import Actor
from matchmaker.notifications.inbox.telling import Note, source_of, tell, tell_same
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import list_applicants
from matchmaker.notifications.subjects import NOTHING, Subject, SubjectKind
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.objections import queries as objections
from matchmaker.selection.objections.rules import STATE_LABELS as OBJECTION_LABELS
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.results import queries as results
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.rules import Stage


def tell_rectification_asked(payload: dict[str, Any]) -> None:
    """补正: the applicant's people, with the last day."""
    _tell_applicants(payload, "须补正后重新提交")


def tell_application_qualified(payload: dict[str, Any]) -> None:
    """The gates are passed: the applicant's people."""
    _tell_applicants(payload, "资格审查通过")


def tell_application_rejected(payload: dict[str, Any]) -> None:
    """A gate was not passed: the applicant's people."""
    _tell_applicants(payload, "资格审查未通过")


def _tell_applicants(payload: dict[str, Any], result: str) -> None:
    application_id = payload["application_id"]

    def make(actor: Actor) -> Note | None:
        row = applications.get_application(actor, application_id)
        return Note(
            kind=NotificationKind.APPLICATION_REVIEWED,
            title=f"申报“{row.title}”{result}",
            path=f"/owner/applications/{application_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.APPLICATION, str(application_id)),
        )

    row = applications.load_application(application_id)
    if row is not None:
        tell(list_applicants(row.applicant_organisation_id), make)


def tell_judges_assigned(payload: dict[str, Any]) -> None:
    """New work in a stage: each judge who got work that no conflict bars."""
    round_id, given = payload["round_id"], set(payload["assignment_ids"])
    barred = panels.list_barred_pairs(round_id)
    users = {
        item.member.expert.user_id
        for item in panels.list_assignments(round_id, Stage(payload["stage"]))
        if item.id in given and (item.application_id, item.member_id) not in barred
    }
    for user_id in sorted(user_id for user_id in users if user_id is not None):
        _tell_judge(user_id, round_id, source_of(payload))


def _tell_judge(user_id: int, round_id: int, source: str) -> None:
    def make(actor: Actor) -> Note | None:
        row = rounds.get_round_by_id(actor, round_id)
        return Note(
            kind=NotificationKind.JUDGE_ASSIGNED,
            title=f"您在“{row.title}”中有新的评审任务",
            path=f"/judge/rounds/{row.code}",
            source=source,
            subject=Subject(SubjectKind.JUDGING, str(round_id)),
        )

    user = find_user(user_id)
    if user is not None:
        tell([user], make)


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

    for organisation_id in applications.list_applicant_units(payload["round_id"]):
        tell(list_applicants(organisation_id), make)


def tell_objection_answered(payload: dict[str, Any]) -> None:
    """The answer to an objection: the person who filed it while signed in."""
    row = objections.get_objection(payload["objection_id"])

    note = Note(
        kind=NotificationKind.OBJECTION_ANSWERED,
        title=f"您提出的异议（{row.receipt}）已有答复：{OBJECTION_LABELS[row.state]}",
        path=f"/selection/objections?receipt={row.receipt}",
        source=source_of(payload),
        subject=NOTHING,
    )
    filer = find_user(row.filed_by_id) if row.filed_by_id is not None else None
    if filer is not None:
        tell_same([filer], note)
