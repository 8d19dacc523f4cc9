"""A small demonstration: two calls, a firm's solution and case, editions with what changed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.campaigns import operations
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.operations import Call
from matchmaker.campaigns.rules import ListKind
from matchmaker.catalogue.seed_rows import read_json
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import InvalidInput
from matchmaker.files.demonstration import keep_document
from matchmaker.paths import SEEDS
from matchmaker.publishing import attachments as notice_files
from matchmaker.publishing import queries as notices
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.rules import ProfileState
from matchmaker.suppliers.showcase import operations as showcase
from matchmaker.suppliers.showcase.operations import CaseFacts, SolutionFacts

_FILE = SEEDS / "market" / "campaigns.json"
#: What is published a second time once the other demonstrations have changed the market.
_SECOND = (ListKind.SCENE, ListKind.JOB, ListKind.SOLUTION)
#: The lists of a call that is over, and how long after its last day they were published.
_OF_CALL = (ListKind.JOB, ListKind.COMPONENT, ListKind.CHALLENGE)
_LISTED_AFTER = timedelta(days=12)


def seed_first_lists(settings: Settings) -> dict[str, int]:
    """Publish the first edition of needs and of supply, before the other demonstrations."""
    if settings.production:
        return {}
    with read_tx():
        done = db.session.scalar(select(func.count(Edition.id)))
    if not done:
        with write_tx():
            for kind in (ListKind.SCENE, ListKind.SUPPLY):
                _publish_edition(kind)
    return {}


def seed_campaigns(settings: Settings) -> dict[str, int]:
    """Write the calls, show a solution and a case, and publish the lists anew; once."""
    if settings.production:
        return {"征集与清单示例": 0}
    top = read_json(_FILE)
    top.text("note")
    issuer, calls = top.text("issuer"), list(top.take("calls"))
    solutions, case = list(top.take("solutions")), dict(top.take("case"))
    top.close()
    with read_tx():
        done = db.session.scalar(select(func.count(Campaign.id)).where(Campaign.is_demo))
    if not done:
        with write_tx():
            for call in calls:
                _add_call(call, issuer)
            _show(solutions, case)
            for kind in _SECOND:
                _publish_edition(kind)
            _prepare_edition(ListKind.CHALLENGE)
    return {"征集与清单示例": len(calls)}


def _person(part: str) -> Actor:
    user = find_user_by_email(f"{part}@demo.example")
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {part}，请先装入演示账号。", part=part)
    return as_actor(user)


def _publish_edition(kind: ListKind, campaign: Campaign | None = None) -> None:
    operations.publish_edition(_person("approver"), _prepare_edition(kind, campaign))


def _prepare_edition(kind: ListKind, campaign: Campaign | None = None) -> Edition:
    """An edition that says it is a demonstration, whatever its rows are."""
    edition = operations.prepare_edition(_person("officer"), kind, campaign)
    edition.is_demo = True
    return edition


def _add_call(row: dict[str, Any], issuer: str) -> None:
    opens_on = clock.today() + timedelta(days=row["starts"])
    call = Call(
        title=row["title"],
        text=row["text"],
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=row["days"]),
        kinds=tuple(row.get("kinds", ())),
        sectors=tuple(row.get("sectors", ())),
    )
    officer = _person("officer")
    with clock.demonstrate(_at_ten(opens_on)):
        campaign = operations.create_campaign(officer, call, is_demo=True)
        if row["publish"]:
            operations.publish_campaign(officer, campaign, issuer=issuer)
            _explain(officer, campaign)
    if call.closes_on + _LISTED_AFTER < clock.today():
        with clock.demonstrate(_at_ten(call.closes_on + _LISTED_AFTER)):
            for kind in _OF_CALL:
                _publish_edition(kind, campaign)


def _explain(officer: Actor, campaign: Campaign) -> None:
    """The form to fill in follows the call, in the open."""
    notice = notices.get_notice(officer, campaign.notice_id or 0)
    form = keep_document("需求填报说明")
    reason = "补充需求填报说明（演示）。"
    notice_files.add_in_the_open(officer, notice, [form], reason=reason)


def _at_ten(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=clock.CHINA)


def _show(solutions: list[dict[str, Any]], case: dict[str, Any]) -> None:
    firm = _person("firm")
    supplier = suppliers.get_own_supplier(firm)
    products = [
        row
        for row in suppliers.list_products_of(firm, supplier)
        if row.state is ProfileState.PUBLISHED
    ]
    for row in solutions:
        facts = SolutionFacts(
            title=row["title"],
            sector=row["sector"],
            summary=row["summary"],
            content=row["content"],
            tasks=tuple(row["tasks"]),
            modes=tuple(row["modes"]),
        )
        shown = showcase.create_solution(firm, supplier, facts, products=products[-1:])
        if row["publish"]:
            showcase.publish_entry(firm, shown)
    facts_of_case = CaseFacts(**case, year=clock.today().year)
    product = products[-1] if products else None
    showcase.publish_entry(
        firm, showcase.create_case(firm, supplier, facts_of_case, product=product)
    )
