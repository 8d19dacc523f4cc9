"""The firm library (培育库) and the key-project library (重点项目库)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.errors import DomainError
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.library import operations, queries
from matchmaker.suppliers.library.models import (
    NEXT_PHASES,
    PHASE_LABELS,
    STAGE_LABELS,
    STANDING_LABELS,
    KeyProject,
    ProjectPhase,
    Stage,
    Standing,
)
from matchmaker.suppliers.library.permissions import KEEP
from matchmaker.suppliers.models import Supplier
from matchmaker.web.base import current_actor, gate
from matchmaker.web.bureau.suppliers.forms import (
    EntryForm,
    ProjectForm,
    make_entry_form,
    make_project_form,
)
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.suppliers import describe_place
from matchmaker.web.supplier.fields import given

bp = Blueprint("bureau_library", __name__, url_prefix="/bureau/library")
gate(bp, "bureau")
ENTRY = "/firms/<int(max=2147483647):entry_id>"
PROJECT = "/projects/<int(max=2147483647):project_id>"


@bp.get("/firms")
def firms() -> ResponseReturnValue:
    return _firms_page(make_entry_form(clock.today()))


@bp.post("/firms")
def enter() -> ResponseReturnValue:
    actor, form = current_actor(), make_entry_form(clock.today())
    if not form.validate():
        return show_invalid(lambda: _firms_page(form))
    try:
        operations.enter_firm(
            actor,
            suppliers.get_supplier(actor, (form.supplier.data or "").strip().upper()),
            stage=Stage(form.stage.data),
            standing=Standing(form.standing.data),
            entered_on=given(form.entered_on.data),
            basis=form.basis.data or "",
            today=clock.today(),
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _firms_page(form))
    flash("企业已入库。", "success")
    return redirect(url_for("bureau_library.firms"))


@bp.post(f"{ENTRY}/recognise")
def recognise(entry_id: int) -> ResponseReturnValue:
    actor = current_actor()
    entry = queries.get_entry(actor, entry_id)
    operations.recognise_firm(actor, entry, basis=request.form.get("basis", ""))
    flash("已登记认定。", "success")
    return redirect(url_for("bureau_library.firms"))


@bp.post(f"{ENTRY}/remove")
def remove(entry_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.remove_firm(
        actor,
        queries.get_entry(actor, entry_id),
        reason=request.form.get("reason", ""),
        today=clock.today(),
    )
    flash("企业已出库，记录保留。", "success")
    return redirect(url_for("bureau_library.firms"))


@bp.get("/projects")
def projects() -> ResponseReturnValue:
    actor, word = current_actor(), request.args.get("phase", "")
    phase = ProjectPhase(word) if word in set(ProjectPhase) else None
    return render_template(
        "bureau/suppliers/projects.html",
        projects=queries.list_projects(actor, phase=phase),
        phase=word,
        labels=PHASE_LABELS,
        may_keep=can(actor, KEEP),
    )


@bp.get("/projects/new")
def new_project() -> ResponseReturnValue:
    return _project_page(make_project_form(None), None)


@bp.post("/projects/new")
def create_project() -> ResponseReturnValue:
    form = make_project_form(None)
    if not form.validate():
        return show_invalid(lambda: _project_page(form, None))
    try:
        operations.create_project(current_actor(), form.as_facts(), supplier=_named_firm(form))
    except DomainError as error:
        return show_refusal(form, error, lambda: _project_page(form, None))
    flash("项目已入库。", "success")
    return redirect(url_for("bureau_library.projects"))


@bp.get(PROJECT)
def project(project_id: int) -> ResponseReturnValue:
    row = queries.get_project(current_actor(), project_id)
    return _project_page(make_project_form(row), row)


@bp.post(PROJECT)
def save_project(project_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.get_project(actor, project_id)
    form = make_project_form(row)
    if not form.validate():
        return show_invalid(lambda: _project_page(form, row))
    try:
        operations.edit_project(actor, row, form.as_facts(), supplier=_named_firm(form))
    except DomainError as error:
        return show_refusal(form, error, lambda: _project_page(form, row))
    flash("项目已保存。", "success")
    return redirect(url_for("bureau_library.projects"))


@bp.post(f"{PROJECT}/move")
def move_project(project_id: int) -> ResponseReturnValue:
    actor, word = current_actor(), request.form.get("phase", "")
    row = queries.get_project(actor, project_id)
    operations.move_project(
        actor, row, phase=ProjectPhase(word) if word in set(ProjectPhase) else row.phase
    )
    flash(f"项目阶段已改为“{PHASE_LABELS[row.phase]}”。", "success")
    return redirect(url_for("bureau_library.project", project_id=project_id))


def _named_firm(form: ProjectForm) -> Supplier | None:
    code = (form.supplier.data or "").strip().upper()
    return suppliers.get_supplier(current_actor(), code) if code else None


def _firms_page(form: EntryForm) -> str:
    actor, word = current_actor(), request.args.get("stage", "")
    stage = Stage(word) if word in set(Stage) else None
    return render_template(
        "bureau/suppliers/library.html",
        entries=queries.list_entries(actor, stage=stage, with_former=bool(request.args.get("all"))),
        counts=queries.count_by_stage(actor),
        stage=word,
        stages=STAGE_LABELS,
        standings=STANDING_LABELS,
        describe_place=describe_place,
        form=form,
        may_keep=can(actor, KEEP),
    )


def _project_page(form: ProjectForm, row: KeyProject | None) -> str:
    actor = current_actor()
    following = sorted(NEXT_PHASES[row.phase]) if row is not None else []
    return render_template(
        "bureau/suppliers/project.html",
        form=form,
        project=row,
        labels=PHASE_LABELS,
        following=following,
        may_keep=can(actor, KEEP),
    )
