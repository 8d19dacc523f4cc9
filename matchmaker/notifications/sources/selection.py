"""What comes from the yearly selection up to the last score: applications and judges.

A judge is told of a round, never of a scene: whatever is recused cannot be guessed from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matchmaker.accounts.queries import find_user
from matchmaker.actor import Actor
from matchmaker.clock import CHINA
from matchmaker.notifications.inbox.telling import Note, NoteMaker, source_of, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import area_of, list_applicants, list_consortium
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.selection.applications.rules import REPLY_LABELS, Reply
from matchmaker.selection.hearings import queries as hearings
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.rounds import queries as rounds
from matchmaker.selection.rounds.rules import Stage
from matchmaker.selection.scoring import queries as scoring

#: Title and line of a note about an application.
Describe = Callable[[Application], tuple[str, str]]


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
    row = applications.load_application(payload["application_id"])
    if row is not None:
        make = _application_maker(
            payload,
            NotificationKind.APPLICATION_REVIEWED,
            lambda seen: (f"申报“{seen.title}”{result}", ""),
        )
        tell(list_applicants(row.applicant_organisation_id), make)


def _application_maker(
    payload: dict[str, Any], kind: NotificationKind, describe: Describe
) -> NoteMaker:
    """A note about an application that the receiver may open, on its own page there."""
    application_id = payload["application_id"]

    def make(actor: Actor) -> Note | None:
        title, text = describe(applications.get_application(actor, application_id))
        return Note(
            kind=kind,
            title=title,
            path=f"/{area_of(actor)}/applications/{application_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.APPLICATION, str(application_id)),
            text=text,
        )

    return make


def tell_confirmation_asked(payload: dict[str, Any]) -> None:
    """The other units of a consortium: read the joint application and confirm it."""
    make = _application_maker(
        payload,
        NotificationKind.CONSORTIUM_REPLY,
        lambda row: (f"请阅读并确认联合申报“{row.title}”", "申报内容有改动时，须重新确认。"),
    )
    for organisation_id in payload["organisation_ids"]:
        tell(list_applicants(organisation_id), make)


def tell_partner_replied(payload: dict[str, Any]) -> None:
    """A unit confirmed or refused: the applicant's people, without the reason."""
    row = applications.load_application(payload["application_id"])
    if row is None:
        return
    reply = REPLY_LABELS[Reply(payload["reply"])]
    make = _application_maker(
        payload,
        NotificationKind.CONSORTIUM_REPLY,
        lambda seen: (f"联合申报“{seen.title}”：成员单位{reply}", ""),
    )
    tell(list_applicants(row.applicant_organisation_id), make)


def tell_presentation_scheduled(payload: dict[str, Any]) -> None:
    """答辩 was set or moved: the people of all units of the consortium."""
    application_id = payload["application_id"]
    row, slot = applications.load_application(application_id), hearings.find_slot(application_id)
    if row is None or slot is None:
        return
    start = slot.starts_at.astimezone(CHINA)
    when = f"{start.year}年{start.month}月{start.day}日{start:%H:%M}"
    make = _application_maker(
        payload,
        NotificationKind.APPLICATION_REVIEWED,
        lambda seen: (
            f"申报“{seen.title}”的答辩安排在{when}",
            f"{slot.place}，{slot.minutes}分钟。请提前十五分钟到场。",
        ),
    )
    tell(list_consortium(row), make)


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
        _tell_judge(user_id, round_id, source_of(payload), "您在“{title}”中有新的评审任务")


def tell_reopening_decided(payload: dict[str, Any]) -> None:
    """The correction of a sheet was granted or refused: the judge who asked, if not barred."""
    request = scoring.find_reopen_request(payload["request_id"])
    if request is None:
        return
    work = request.sheet.assignment
    if (work.application_id, work.member_id) in panels.list_barred_pairs(work.round_id):
        return
    result = "已核准，请修改后重新提交" if payload["granted"] else "未获核准"
    _tell_judge(
        request.requested_by_id,
        work.round_id,
        source_of(payload),
        f"您在“{{title}}”中的评分更正申请{result}",
    )


def tell_question_asked(payload: dict[str, Any]) -> None:
    """The reason of a score is asked for: its judge, if not barred."""
    question = scoring.find_question(payload["question_id"])
    if question is None:
        return
    work = question.sheet.assignment
    if (work.application_id, work.member_id) in panels.list_barred_pairs(work.round_id):
        return
    user_id = work.member.expert.user_id
    if user_id is not None:
        title = "请说明您在“{title}”中一项评分的理由"
        _tell_judge(user_id, work.round_id, source_of(payload), title, path="/judge")


def _tell_judge(user_id: int, round_id: int, source: str, title: str, *, path: str = "") -> None:
    def make(actor: Actor) -> Note | None:
        row = rounds.get_round_by_id(actor, round_id)
        return Note(
            kind=NotificationKind.JUDGE_ASSIGNED,
            title=title.replace("{title}", row.title),
            path=path or f"/judge/rounds/{row.code}",
            source=source,
            subject=Subject(SubjectKind.JUDGING, str(round_id)),
        )

    user = find_user(user_id)
    if user is not None:
        tell([user], make)
