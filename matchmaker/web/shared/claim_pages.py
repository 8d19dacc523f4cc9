"""The pages of a unit's claims; owners and firms get the same ones in their own area."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice

from matchmaker import clock
from matchmaker.accounts.permissions import can, require
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.files.queries import list_files
from matchmaker.files.rules import ACCEPT
from matchmaker.funding import operations as ledgers
from matchmaker.funding import queries as funding
from matchmaker.funding.models import Ledger
from matchmaker.policy.instrument import FactSpec
from matchmaker.policy.queries import get_law
from matchmaker.rewards import queries
from matchmaker.rewards.claims import operations
from matchmaker.rewards.models import Claim
from matchmaker.rewards.permissions import CREATE, EDIT
from matchmaker.rewards.rules import TRANSITIONS, ClaimStatus, Step
from matchmaker.web.base import Route, begin_write, bind_views, current_actor, gate
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared import claims as present
from matchmaker.web.shared.claim_forms import (
    FactsForm,
    LineForm,
    StartForm,
    TaxForm,
    make_facts_form,
    make_tax_form,
)
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file

ID = "<int(max=2147483647):claim_id>"
LINE = "<int(max=2147483647):item_id>"
SHEET = "<int(max=2147483647):determination_id>"


def make_blueprint(name: str, prefix: str, audience: str) -> Blueprint:
    """The claims of one audience below an address of its own."""
    bp = Blueprint(name, __name__, url_prefix=prefix)
    gate(bp, audience)
    pages = _Pages(name, audience)
    routes: list[Route] = [
        ("", "GET", pages.index),
        ("/new", "GET", pages.new),
        ("/new", "POST", pages.create),
        (f"/{ID}", "GET", pages.show),
        (f"/{ID}/facts", "POST", pages.save_facts),
        (f"/{ID}/lines", "POST", pages.add_line),
        (f"/{ID}/lines/{LINE}/remove", "POST", pages.remove_line),
        (f"/{ID}/lines/{LINE}/evidence", "GET", pages.evidence),
        (f"/{ID}/tax", "POST", pages.save_tax),
        (f"/{ID}/submit", "POST", pages.submit),
        (f"/{ID}/withdraw", "POST", pages.withdraw),
        (f"/determinations/{SHEET}", "GET", pages.sheet),
        (f"/determinations/{SHEET}.pdf", "GET", pages.sheet_pdf),
        (f"/determinations/{SHEET}.json", "GET", pages.receipt),
    ]
    bind_views(bp, routes, reading=["add_line"])
    return bp


class _Pages:
    """The views; ``name`` is the blueprint that their addresses belong to."""

    def __init__(self, name: str, audience: str) -> None:
        self.name = name
        self.audience = audience

    def index(self) -> ResponseReturnValue:
        actor, law = current_actor(), get_law()
        own = queries.list_own(actor)
        return render_template(
            "shared/claims/index.html",
            cards=[present.make_card(law, claim, is_bureau=False) for claim in own],
            designations=[
                (row, present.title_of(law, queries.instrument_of(row)))
                for row in queries.list_designations(actor)
            ],
            area=self.name,
            audience=self.audience,
            demo_data=any(claim.is_demo for claim in own),
        )

    def new(self) -> ResponseReturnValue:
        require(current_actor(), CREATE)
        return self._new_page(self._start_form())

    def create(self) -> ResponseReturnValue:
        actor = current_actor()
        if request.form.get("designation"):
            claim = self._start_from_designation(request.form["designation"])
            return self._to(claim, "已建立申领，请登记投入明细。")
        form = self._start_form()
        if not form.validate():
            return show_invalid(lambda: self._new_page(form))
        try:
            chosen = str(form.same_work.data or "")
            same = queries.get_claim(actor, int(chosen)) if chosen.isdigit() else None
            claim = operations.create_claim(
                actor,
                instrument=str(form.instrument.data),
                project=str(form.project.data),
                same_work_as=same,
            )
        except DomainError as error:
            return show_refusal(form, error, lambda: self._new_page(self._refill(form)))
        return self._to(claim, "已建立申领，请继续填写。")

    def _start_from_designation(self, text: str) -> Claim:
        actor = current_actor()
        rows = queries.list_designations(actor)
        row = next((row for row in rows if str(row.id) == text), None)
        if row is None:
            raise NotFound("designation_foreign", "没有找到本单位可以申领的这个入选项目。")
        return operations.create_claim(
            actor, instrument=queries.instrument_of(row), designation=row
        )

    def show(self, claim_id: int) -> ResponseReturnValue:
        return self._page(self._claim(claim_id))

    def save_facts(self, claim_id: int) -> ResponseReturnValue:
        actor, claim = current_actor(), self._claim(claim_id)
        form, specs = self._facts_form(claim, request.form)
        if not form.validate():
            return show_invalid(lambda: self._page(self._claim(claim_id), facts=form))
        try:
            project = str(form["project"].data or "")
            operations.state_facts(actor, claim, form.read_facts(specs), project=project)
        except DomainError as error:
            return show_refusal(form, error, lambda: self._page(self._claim(claim_id), facts=form))
        return self._to(claim, "已保存。")

    def add_line(self, claim_id: int) -> ResponseReturnValue:
        form = LineForm()
        if not form.validate():
            return show_invalid(lambda: self._page(self._claim(claim_id), line=form))
        try:
            uploads = read_uploads("evidence")[:1]
            keep_uploads(uploads)
            begin_write()
            actor, ledger = current_actor(), self._ledger(claim_id)
            item = ledgers.add_item(actor, ledger, form.read_facts())
            for upload in uploads:
                ledgers.attach_evidence(actor, ledger, item, upload)
        except DomainError as error:
            return show_refusal(form, error, lambda: self._page(self._claim(claim_id), line=form))
        flash("已登记一条投入明细。", "success")
        return redirect(url_for(f"{self.name}.show", claim_id=claim_id, _anchor="ledger"))

    def remove_line(self, claim_id: int, item_id: int) -> ResponseReturnValue:
        ledgers.remove_item(current_actor(), self._ledger(claim_id), item_id)
        flash("已删除一条投入明细。", "success")
        return redirect(url_for(f"{self.name}.show", claim_id=claim_id, _anchor="ledger"))

    def evidence(self, claim_id: int, item_id: int) -> ResponseReturnValue:
        return send_evidence(self._claim(claim_id), item_id)

    def save_tax(self, claim_id: int) -> ResponseReturnValue:
        form = TaxForm()
        ledger = self._ledger(claim_id)
        try:
            ledgers.set_tax_basis(
                current_actor(),
                ledger,
                counts_tax=form.counts_tax.data == "yes",
                reason=str(form.reason.data or ""),
            )
        except DomainError as error:
            return show_refusal(form, error, lambda: self._page(self._claim(claim_id), tax=form))
        flash("已保存计税口径。", "success")
        return redirect(url_for(f"{self.name}.show", claim_id=claim_id, _anchor="ledger"))

    def submit(self, claim_id: int) -> ResponseReturnValue:
        claim = self._claim(claim_id)
        form, _ = self._facts_form(claim)
        try:
            operations.submit_claim(current_actor(), claim)
        except InvalidInput as error:
            return show_refusal(form, error, lambda: self._page(self._claim(claim_id), facts=form))
        return self._to(claim, "已提交。审核结果会显示在工作台。")

    def withdraw(self, claim_id: int) -> ResponseReturnValue:
        claim = self._claim(claim_id)
        operations.withdraw_claim(current_actor(), claim)
        return self._to(claim, "申领已撤回。")

    def sheet(self, determination_id: int) -> ResponseReturnValue:
        home = f"{self.audience}_home.index"
        return present.show_sheet(current_actor(), determination_id, area=self.name, home=home)

    def sheet_pdf(self, determination_id: int) -> ResponseReturnValue:
        return present.send_sheet(current_actor(), determination_id)

    def receipt(self, determination_id: int) -> ResponseReturnValue:
        return present.send_receipt(current_actor(), determination_id)

    def _claim(self, claim_id: int) -> Claim:
        actor = current_actor()
        claim = queries.get_claim(actor, claim_id)
        if claim.organisation_id != actor.organisation_id:
            raise NotFound("claim_missing", "没有找到这份奖补申领。")
        return claim

    def _ledger(self, claim_id: int) -> Ledger:
        claim = self._claim(claim_id)
        if claim.ledger is None:
            raise NotFound("ledger_missing", "这份申领没有投入明细。")
        return claim.ledger

    def _facts_form(
        self, claim: Claim, sent: MultiDict[str, str] | None = None
    ) -> tuple[FactsForm, list[FactSpec]]:
        _, instrument = get_law().instrument_on(claim.instrument, clock.today())
        specs = operations.list_stated(instrument)
        return make_facts_form(specs, claim.stated_facts, claim.project, sent=sent), specs

    def _start_form(self) -> StartForm:
        return self._refill(StartForm())

    def _refill(self, form: StartForm) -> StartForm:
        law, actor = get_law(), current_actor()
        taken = queries.list_designated_instruments()
        form.instrument.choices = [SelectChoice("", "请选择")] + [
            SelectChoice(id_, present.title_of(law, id_))
            for id_ in law.instrument_ids
            if id_ not in taken
        ]
        form.same_work.choices = [SelectChoice("", "不是，这是新的事项")] + [
            SelectChoice(str(claim.id), f"{claim.number} {claim.project}")
            for claim in queries.list_sharable(actor)
        ]
        return form

    def _new_page(self, form: StartForm) -> str:
        return render_template(
            "shared/claims/new.html", form=form, area=self.name, audience=self.audience
        )

    def _page(
        self,
        claim: Claim,
        *,
        facts: FactsForm | None = None,
        line: LineForm | None = None,
        tax: TaxForm | None = None,
    ) -> str:
        actor, law = current_actor(), get_law()
        facts_form, specs = self._facts_form(claim)
        is_editable = can(actor, EDIT, claim)
        return render_template(
            "shared/claims/show.html",
            claim=claim,
            card=present.make_card(law, claim, is_bureau=False),
            steps=present.list_steps(claim),
            facts=present.list_facts(law, claim),
            lines=present.list_lines(claim, with_duplicates=False),
            totals=funding.compute_totals(claim.ledger) if claim.ledger else None,
            sheet=present.newest_visible(actor, claim),
            is_editable=is_editable,
            may_withdraw=(claim.status, Step.WITHDRAW) in TRANSITIONS,
            is_draft=claim.status is ClaimStatus.SIMULATED,
            specs=specs,
            facts_form=facts or facts_form,
            line_form=line or LineForm(formdata=None),
            tax_form=tax or (make_tax_form(claim.ledger) if claim.ledger else None),
            accept=ACCEPT,
            area=self.name,
            audience=self.audience,
            demo_data=claim.is_demo,
        )

    def _to(self, claim: Claim, message: str) -> ResponseReturnValue:
        flash(message, "success")
        return redirect(url_for(f"{self.name}.show", claim_id=claim.id))


def send_evidence(claim: Claim, item_id: int) -> ResponseReturnValue:
    """The scan of one line of a claim that the actor may open."""
    if claim.ledger is None:
        raise NotFound("item_missing", "没有找到这条投入明细。")
    item = funding.get_item(claim.ledger, item_id)
    files = list_files(ledgers.EVIDENCE, item.id)
    if not files:
        raise NotFound("file_missing", "没有这个文件。")
    return send_stored_file(files[0])
