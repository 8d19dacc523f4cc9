"""What the firm can prove: certificates, tests, and asking for verification with files."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.errors import DomainError, NotFound
from matchmaker.files.queries import get_file, list_files
from matchmaker.suppliers import queries
from matchmaker.suppliers.models import Capability, Certificate, Product, Supplier
from matchmaker.suppliers.proofs import operations
from matchmaker.suppliers.proofs import queries as proofs
from matchmaker.suppliers.proofs.models import TestRecord
from matchmaker.suppliers.verification import operations as verification
from matchmaker.suppliers.verification import queries as verifications
from matchmaker.web.base import begin_write, current_actor, gate, reads_only
from matchmaker.web.forms import show_invalid, show_refusal
from matchmaker.web.shared.files import keep_uploads, read_uploads, send_stored_file
from matchmaker.web.shared.verifications import present_verification
from matchmaker.web.supplier.proofs import presenters as present
from matchmaker.web.supplier.proofs.forms import (
    CertificateForm,
    TestForm,
    VerificationForm,
    make_certificate_form,
    make_test_form,
)
from matchmaker.web.supplier.without_profile import show_without_profile

bp = Blueprint("supplier_proofs", __name__, url_prefix="/supplier/proofs")
gate(bp, "supplier")
ID = "<int(max=2147483647):id_>"
Fact = Capability | Certificate | TestRecord


@bp.get("")
def index() -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    supplier = queries.find_own_supplier(actor)
    if supplier is None:
        return show_without_profile("证书与核验")
    products = queries.list_products_of(actor, supplier)
    return render_template(
        "supplier/proofs/index.html",
        groups=present.list_facts(supplier, products, today),
        verifications=[
            present_verification(row, today)
            for row in verifications.list_verifications_of(supplier.id)
        ],
        ending=present.list_ending(proofs.list_ending_proofs(supplier.id, today=today), today),
    )


@bp.get("/certificates/new")
def new_certificate() -> ResponseReturnValue:
    return _certificate_page(make_certificate_form(_own_products()))


@bp.post("/certificates/new")
def add_certificate() -> ResponseReturnValue:
    actor, products = current_actor(), _own_products()
    form = make_certificate_form(products)
    if not form.validate():
        return show_invalid(lambda: _certificate_page(form))
    product = next((item for item in products if item.code == form.product.data), None)
    try:
        operations.add_certificate(
            actor,
            queries.get_own_supplier(actor),
            form.as_facts(),
            product=product,
            today=clock.today(),
        )
    except DomainError as error:
        return show_refusal(form, error, lambda: _certificate_page(form))
    flash("证书已登记，可继续提交材料申请核验。", "success")
    return redirect(url_for("supplier_proofs.index"))


@bp.post(f"/certificates/{ID}/remove")
def remove_certificate(id_: int) -> ResponseReturnValue:
    actor = current_actor()
    supplier = queries.get_own_supplier(actor)
    operations.remove_certificate(actor, proofs.get_own_certificate(supplier.id, id_))
    flash("证书已删除。", "success")
    return redirect(url_for("supplier_proofs.index"))


@bp.get("/tests/new")
def new_test() -> ResponseReturnValue:
    return _test_page(make_test_form(_own_products()))


@bp.post("/tests/new")
def add_test() -> ResponseReturnValue:
    actor = current_actor()
    form = make_test_form(_own_products())
    if not form.validate():
        return show_invalid(lambda: _test_page(form))
    try:
        product = queries.get_own_product(actor, form.product.data)
        operations.add_test(actor, product, form.as_facts(), today=clock.today())
    except DomainError as error:
        return show_refusal(form, error, lambda: _test_page(form))
    flash("检测记录已登记，可继续提交材料申请核验。", "success")
    return redirect(url_for("supplier_proofs.index"))


@bp.post(f"/products/<code>/tests/{ID}/remove")
def remove_test(code: str, id_: int) -> ResponseReturnValue:
    actor = current_actor()
    product = queries.get_own_product(actor, code)
    operations.remove_test(actor, proofs.get_test(product.id, id_))
    flash("检测记录已删除。", "success")
    return redirect(url_for("supplier_proofs.index"))


@bp.get(f"/verify/<kind>/{ID}")
def new_verification(kind: str, id_: int) -> ResponseReturnValue:
    fact = _own_fact(current_actor(), kind, id_)
    return _verification_page(VerificationForm(), fact)


@bp.post(f"/verify/<kind>/{ID}")
@reads_only
def submit_verification(kind: str, id_: int) -> ResponseReturnValue:
    actor = current_actor()
    form = VerificationForm()
    fact = _own_fact(actor, kind, id_)
    if not form.validate():
        return show_invalid(lambda: _verification_page(form, fact))
    try:
        uploads = read_uploads()
        keep_uploads(uploads)
        begin_write()
        row = verification.submit_verification(
            actor, _own_fact(actor, kind, id_), uploads, statement=form.statement.data or ""
        )
    except DomainError as error:
        return show_refusal(
            form, error, lambda: _verification_page(form, _own_fact(actor, kind, id_))
        )
    flash(f"核验申请已提交，办理期限为 {row.due_on.month}月{row.due_on.day}日。", "success")
    return redirect(url_for("supplier_proofs.show_verification", id_=row.id))


@bp.get(f"/verifications/{ID}")
def show_verification(id_: int) -> ResponseReturnValue:
    row = verifications.get_verification(current_actor(), id_)
    return render_template(
        "supplier/proofs/verification.html",
        verification=present_verification(row, clock.today()),
        files=list_files(verification.SUBJECT, row.id),
    )


@bp.get(f"/verifications/{ID}/files/<token>")
def download(id_: int, token: str) -> ResponseReturnValue:
    row = verifications.get_verification(current_actor(), id_)
    return send_stored_file(get_file(token, subject_type=verification.SUBJECT, subject_id=row.id))


@bp.post(f"/verifications/{ID}/recall")
def recall(id_: int) -> ResponseReturnValue:
    actor = current_actor()
    verification.recall_verification(actor, verifications.get_verification(actor, id_))
    flash("核验申请已撤回。", "success")
    return redirect(url_for("supplier_proofs.index"))


def _own_products() -> list[Product]:
    actor = current_actor()
    return list(queries.list_products_of(actor, queries.get_own_supplier(actor)))


def _own_fact(actor: Actor, kind: str, id_: int) -> Fact:
    supplier: Supplier = queries.get_own_supplier(actor)
    if kind == "certificate":
        return proofs.get_own_certificate(supplier.id, id_)
    if kind == "capability":
        return proofs.get_own_capability(supplier.id, id_)
    if kind == "test":
        return proofs.get_own_test(supplier.id, id_)
    raise NotFound("fact_missing", "没有这一项内容。")


def _certificate_page(form: CertificateForm) -> str:
    return render_template("supplier/proofs/certificate.html", form=form)


def _test_page(form: TestForm) -> str:
    return render_template("supplier/proofs/test.html", form=form)


def _verification_page(form: VerificationForm, fact: Fact) -> str:
    return render_template(
        "supplier/proofs/verify.html", form=form, label=verification.describe_fact(fact)
    )
