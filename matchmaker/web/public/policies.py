"""The law for everybody: documents, clauses, what each is worth, and the calculator."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.errors import NotFound
from matchmaker.policy.queries import get_law, list_adoptions
from matchmaker.policy.questions import ROBOT_FORM, ROLES
from matchmaker.policy.simulate import check_answers, simulate
from matchmaker.web.public import policy_presenters as present

bp = Blueprint("policies", __name__, url_prefix="/policies")


@bp.get("")
def index() -> ResponseReturnValue:
    law, today = get_law(), clock.today()
    return render_template(
        "public/policies/index.html",
        documents=present.list_documents(law, today),
        instruments=present.list_instruments(law, today),
    )


@bp.get("/<document_id>")
def document(document_id: str) -> ResponseReturnValue:
    law = get_law()
    try:
        found = law.document_on(document_id, clock.today())
    except NotFound:
        abort(404)
    adoption = next((row for row in list_adoptions() if row.document_id == document_id), None)
    return render_template(
        "public/policies/document.html",
        document=found,
        state=present.document_badge(law, found, clock.today()),
        facts=present.list_facts(found, adoption),
        adoption=adoption,
        parameters=present.list_parameters(found, clock.today()),
        paragraphs=present.split_paragraphs,
    )


@bp.get("/calculator")
def calculator() -> ResponseReturnValue:
    """Everything is in the address, so that a result can be passed on, printed and repeated."""
    roles = [role for role in request.args.getlist("role") if role in ROLES]
    answers = present.read_answers(request.args)
    problems = check_answers(answers)
    result = None
    if answers and not problems:
        result = present.present_simulation(simulate(get_law(), answers, clock.today()))
    page = render_template(
        "public/policies/calculator.html",
        roles=ROLES,
        chosen=roles,
        robot_form=present.present_question(ROBOT_FORM, request.args, problems),
        topics=present.list_topics(roles, request.args, problems),
        problems=problems,
        result=result,
        on=clock.today(),
    )
    return page, 422 if problems else 200
