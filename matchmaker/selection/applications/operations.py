"""Acts of applicants: starting from a demand, saving, submitting, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from matchmaker import clock, outbox
from matchmaker.accounts import queries as accounts
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput, PermissionDenied
from matchmaker.files.operations import attach_files
from matchmaker.files.rules import CheckedUpload
from matchmaker.selection.applications import queries, rules
from matchmaker.selection.applications.consortium import ask_partners
from matchmaker.selection.applications.models import (
    Application,
    ApplicationAttachment,
    ApplicationRevision,
    ConsortiumMember,
)
from matchmaker.selection.applications.permissions import START_APPLICATION, WRITE_APPLICATION
from matchmaker.selection.applications.rules import (
    ApplicationContent,
    ApplicationState,
    MemberDraft,
    Side,
)
from matchmaker.selection.applications.sources import SceneSource
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.programmes import get_programme
from matchmaker.selection.rounds.rules import RoundState


def start_application(
    actor: Actor, round_: SelectionRound, source: SceneSource, *, is_demo: bool = False
) -> Application:
    """Begin a draft from what the platform already knows of the scene."""
    require(actor, START_APPLICATION)
    _check_round_open(round_)
    if source.organisation_id != actor.organisation_id and not actor.is_system:
        raise PermissionDenied("scene_foreign", "只能用本单位的场景申报。")
    organisation = accounts.get_organisation(source.organisation_id)
    if organisation is None:
        raise InvalidInput("organisation_missing", "申报单位不存在。", field="demand")
    lock(db.session(), f"selection_round:{round_.id}")
    _check_first(round_, source)
    row = Application(
        code=_take_code(round_),
        round_id=round_.id,
        demand_code=source.demand_code,
        applicant_organisation_id=source.organisation_id,
        created_by_id=actor.user_id,
        title=source.content.title,
        sector=source.sector,
        district=source.district,
        state=ApplicationState.DRAFT,
        working_content=rules.as_stored(source.content),
        is_demo=is_demo,
        saved_at=clock.now(),
    )
    lead = MemberDraft(
        side=Side.OWNER if get_programme(round_.programme).is_scene else Side.SUPPLIER,
        name=organisation.name,
        credit_code=organisation.credit_code,
        organisation_id=organisation.id,
        is_lead=True,
    )
    row.members = _as_rows((lead, *source.partners))
    db.session.add(row)
    db.session.flush()
    record(actor, "selection.start_application", "selection_application", row.id, code=row.code)
    return row


def _check_round_open(round_: SelectionRound) -> None:
    if round_.state is not RoundState.OPEN:
        raise IllegalTransition("round_not_open", "本次评选现在不接受申报。")
    rules.check_within(clock.now(), round_.opens_at, round_.closes_at)


def _check_first(round_: SelectionRound, source: SceneSource) -> None:
    query = select(Application).where(
        Application.round_id == round_.id,
        Application.demand_code == source.demand_code,
        Application.applicant_organisation_id == source.organisation_id,
    )
    found = db.session.scalar(query)
    if found is None:
        return
    if found.state is ApplicationState.WITHDRAWN:
        raise Conflict(
            "scene_withdrawn",
            "这个场景的申报 {code} 已经撤回，本次评选不能再次申报。",
            code=found.code,
        )
    raise Conflict("scene_applied", "这个场景已有申报 {code}，请继续填写。", code=found.code)


def _take_code(round_: SelectionRound) -> str:
    query = select(func.count()).where(Application.round_id == round_.id)
    number = (db.session.scalar(query) or 0) + 1
    return f"{get_programme(round_.programme).letters}{round_.year}-{number:03d}"


def _as_rows(members: Sequence[MemberDraft]) -> list[ConsortiumMember]:
    return [
        ConsortiumMember(
            position=position,
            side=member.side,
            name=member.name.strip(),
            credit_code=member.credit_code or None,
            organisation_id=member.organisation_id,
            supplier_id=member.supplier_id,
            product_ids=list(member.product_ids),
            is_lead=member.is_lead,
        )
        for position, member in enumerate(members, start=1)
    ]


def save_application(
    actor: Actor, row: Application, content: ApplicationContent, *, save_number: int
) -> int:
    """Store what is being written; returns the number that the next save must know."""
    require(actor, WRITE_APPLICATION, row)
    rules.check_editable(row.state)
    rules.check_lengths(content)
    if save_number != row.save_number:
        raise Conflict(
            "application_changed", "这份申报刚在别处保存过，请刷新页面后再改，以免互相覆盖。"
        )
    row.working_content = rules.as_stored(content)
    row.title = content.title.strip() or row.title
    row.save_number += 1
    row.saved_at = clock.now()
    record(
        actor,
        "selection.save_application",
        "selection_application",
        row.id,
        save_number=row.save_number,
    )
    return row.save_number


def set_partners(actor: Actor, row: Application, partners: Sequence[MemberDraft]) -> None:
    """Replace the members of the consortium other than the lead."""
    require(actor, WRITE_APPLICATION, row)
    rules.check_editable(row.state)
    lead = next(member for member in row.members if member.is_lead)
    if len(partners) + 1 > row.round.consortium_max:
        raise InvalidInput(
            "consortium_size",
            "联合体单位数不能超过 {limit} 家。",
            field="members",
            limit=row.round.consortium_max,
        )
    names = [member.name.strip() for member in partners]
    if not all(names) or len({lead.name, *names}) != len(names) + 1:
        raise InvalidInput("consortium_names", "联合体单位名称不能为空或重复。", field="members")
    for member in [item for item in row.members if not item.is_lead]:
        row.members.remove(member)
    db.session.flush()
    for position, member in enumerate(_as_rows(partners), start=2):
        member.position = position
        row.members.append(member)
    db.session.flush()
    record(actor, "selection.set_partners", "selection_application", row.id, names=names)


def set_attachment(
    actor: Actor,
    row: Application,
    checklist_id: int,
    *,
    note: str,
    uploads: Sequence[CheckedUpload] = (),
) -> ApplicationAttachment:
    """Hand in one line of the checklist: files, or where the paper is kept."""
    require(actor, WRITE_APPLICATION, row)
    rules.check_editable(row.state)
    lines = {line.item.id: line.attachment for line in queries.list_checklist(row)}
    if checklist_id not in lines:
        raise InvalidInput("checklist_line", "附件清单中没有这一项。", field="attachment")
    known = lines[checklist_id]
    if not uploads and not note.strip():
        raise InvalidInput("attachment_empty", "请上传文件或写明材料所在。", field="attachment")
    attachment = known or ApplicationAttachment(application_id=row.id, checklist_id=checklist_id)
    attachment.note = note.strip()[:300]
    attachment.added_at = clock.now()
    db.session.add(attachment)
    db.session.flush()
    if uploads:
        kind, key = attachment.file_subject
        attach_files(actor, uploads, subject_type=kind, subject_id=key)
    record(
        actor,
        "selection.set_attachment",
        "selection_application",
        row.id,
        checklist_id=checklist_id,
        files=[upload.sha256 for upload in uploads],
    )
    return attachment


def set_avoid_request(actor: Actor, row: Application, text: str) -> None:
    """State whom the applicant asks to be kept away from judging, and why."""
    require(actor, WRITE_APPLICATION, row)
    rules.check_editable(row.state)
    if len(text) > 1000:
        raise InvalidInput("avoid_long", "回避申请不超过 1000 字。", field="avoid_request")
    row.avoid_request = text.strip()
    record(actor, "selection.set_avoid_request", "selection_application", row.id)


def submit_application(actor: Actor, row: Application) -> ApplicationRevision:
    """Freeze the content as a new revision and hand it in, by the server's clock."""
    require(actor, WRITE_APPLICATION, row)
    round_ = row.round
    if row.state is ApplicationState.DRAFT:
        _check_round_open(round_)
    else:
        rules.check_rectification_day(clock.today(), row.rectify_due_on)
    rules.check_transition(row.state, ApplicationState.SUBMITTED)
    _check_content(row)
    revision = ApplicationRevision(
        application_id=row.id,
        number=len(row.revisions) + 1,
        content=row.working_content,
        investment_fen=row.working_content.get("investment_fen"),
        sha256=rules.compute_content_hash(row.working_content),
        created_by_id=actor.user_id,
    )
    row.revisions.append(revision)
    row.state = ApplicationState.SUBMITTED
    row.submitted_at = clock.now()
    db.session.flush()
    record(
        actor,
        "selection.submit_application",
        "selection_application",
        row.id,
        revision=revision.number,
        sha256=revision.sha256,
    )
    outbox.send("selection.application_submitted", application_id=row.id)
    ask_partners(row)
    return revision


def _check_content(row: Application) -> None:
    programme = get_programme(row.round.programme)
    content = rules.from_stored(row.working_content)
    rules.check_lengths(content)
    rules.check_consortium(
        [
            MemberDraft(side=member.side, name=member.name, is_lead=member.is_lead)
            for member in row.members
        ],
        limit=row.round.consortium_max,
        needs_both=programme.is_scene,
    )
    missing = rules.list_missing(
        content, needs_investment=programme.is_scene, labels=programme.labels
    )
    missing += [
        f"附件“{line.item.name}”"
        for line in queries.list_checklist(row)
        if line.item.required and line.attachment is None
    ]
    if missing:
        raise InvalidInput(
            "application_incomplete", "还缺：{missing}。请补齐后提交。", missing="、".join(missing)
        )


def withdraw_application(actor: Actor, row: Application, reason: str) -> None:
    """Take the application back; what judges wrote about it stays stored."""
    require(actor, WRITE_APPLICATION, row)
    if row.round.state in {RoundState.PUBLICITY, RoundState.CONFIRMED}:
        raise IllegalTransition("too_late_to_withdraw", "名单已经公示，不能撤回，请联系市经信局。")
    rules.check_transition(row.state, ApplicationState.WITHDRAWN)
    if len(reason.strip()) < 5:
        raise InvalidInput("reason_missing", "请写明撤回理由（不少于 5 个字）。", field="reason")
    row.state = ApplicationState.WITHDRAWN
    row.decision_note = reason.strip()
    record(
        actor,
        "selection.withdraw_application",
        "selection_application",
        row.id,
        reason=row.decision_note,
    )
    outbox.send("selection.application_withdrawn", application_id=row.id)
