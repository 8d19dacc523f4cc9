"""Acts on the libraries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.suppliers.facts import check_reason, check_text
from matchmaker.suppliers.library.models import (
    NEXT_PHASES,
    PHASE_LABELS,
    KeyProject,
    LibraryEntry,
    ProjectPhase,
    Stage,
    Standing,
)
from matchmaker.suppliers.library.permissions import KEEP
from matchmaker.suppliers.library.queries import find_present_entry
from matchmaker.suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """What the bureau notes of a key project; ``district`` is a catalogue id."""

    name: str
    firm_name: str
    investment_fen: int
    starts_on: date
    ends_on: date
    content: str
    district: str | None = None
    progress: str = ""


def enter_firm(
    actor: Actor,
    supplier: Supplier,
    *,
    stage: Stage,
    standing: Standing,
    entered_on: date,
    basis: str,
    today: date,
) -> LibraryEntry:
    """Put a firm into the library at a stage, on a stated basis."""
    require(actor, KEEP)
    check_text(basis, "basis", "依据", 2, 300)
    if entered_on > today:
        raise InvalidInput("day_in_future", "入库日期不能晚于今天。", field="entered_on")
    if find_present_entry(supplier.id, stage) is not None:
        raise Conflict("already_in_library", "该企业已在库中的这一梯队。")
    entry = LibraryEntry(
        supplier_id=supplier.id,
        stage=stage,
        standing=standing,
        entered_on=entered_on,
        basis=basis.strip(),
    )
    db.session.add(entry)
    db.session.flush()
    record(
        actor,
        "library.enter",
        "library_entry",
        entry.id,
        supplier=supplier.code,
        stage=stage.value,
        standing=standing.value,
    )
    return entry


def recognise_firm(actor: Actor, entry: LibraryEntry, *, basis: str) -> None:
    """Note that a fostered firm has been recognised, with the document."""
    require(actor, KEEP)
    check_text(basis, "basis", "认定文件", 2, 300)
    if entry.standing is Standing.RECOGNISED or entry.left_on is not None:
        raise IllegalTransition("not_fostered", "该企业不在培育中，不能再次认定。")
    entry.standing = Standing.RECOGNISED
    entry.basis = basis.strip()
    db.session.flush()
    record(actor, "library.recognise", "library_entry", entry.id, basis=entry.basis)


def remove_firm(actor: Actor, entry: LibraryEntry, *, reason: str, today: date) -> None:
    """Let a firm leave the library; the entry stays with its date."""
    require(actor, KEEP)
    check_reason(reason)
    if entry.left_on is not None:
        raise IllegalTransition("already_left", "该企业已出库。")
    entry.left_on = today
    db.session.flush()
    record(actor, "library.remove", "library_entry", entry.id, reason=reason)


def create_project(
    actor: Actor, facts: ProjectFacts, *, supplier: Supplier | None = None
) -> KeyProject:
    """Add a key project, in its preliminary phase."""
    require(actor, KEEP)
    project = KeyProject(phase=ProjectPhase.PLANNED)
    _write_project(project, facts, supplier)
    db.session.add(project)
    db.session.flush()
    record(actor, "library.create_project", "key_project", project.id, name=project.name)
    return project


def edit_project(
    actor: Actor, project: KeyProject, facts: ProjectFacts, *, supplier: Supplier | None = None
) -> None:
    """Change what is noted of a key project."""
    require(actor, KEEP)
    _write_project(project, facts, supplier)
    db.session.flush()
    record(actor, "library.edit_project", "key_project", project.id)


def move_project(actor: Actor, project: KeyProject, *, phase: ProjectPhase) -> None:
    """Move a key project to its next phase."""
    require(actor, KEEP)
    if phase not in NEXT_PHASES[project.phase]:
        raise IllegalTransition(
            "project_phase",
            "项目当前为“{now}”，不能改为“{wanted}”。",
            now=PHASE_LABELS[project.phase],
            wanted=PHASE_LABELS[phase],
        )
    project.phase = phase
    db.session.flush()
    record(actor, "library.move_project", "key_project", project.id, phase=phase.value)


def _write_project(project: KeyProject, facts: ProjectFacts, supplier: Supplier | None) -> None:
    check_text(facts.name, "name", "项目名称", 4, 120)
    check_text(facts.firm_name, "firm_name", "实施单位", 2, 120)
    check_text(facts.content, "content", "建设内容", 10, 3000)
    check_text(facts.progress, "progress", "进展情况", 0, 3000)
    if facts.investment_fen <= 0:
        raise InvalidInput("investment", "总投资应大于 0。", field="investment")
    if facts.starts_on > facts.ends_on:
        raise InvalidInput("period", "完工时间不能早于开工时间。", field="ends_on")
    if facts.district is not None:
        load_vocabulary().district(facts.district)
    project.name, project.firm_name = facts.name.strip(), facts.firm_name.strip()
    project.supplier_id = supplier.id if supplier else None
    project.district = facts.district
    project.investment_fen = facts.investment_fen
    project.starts_on, project.ends_on = facts.starts_on, facts.ends_on
    project.content, project.progress = facts.content.strip(), facts.progress.strip()
