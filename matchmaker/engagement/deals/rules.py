"""Pure decisions about a deal without an answer: what it must say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaker.engagement.deployments.rules import check_past_day, check_units
from matchmaker.engagement.rules import check_each, clean_text

NAME_MIN, NAME_MAX = 2, 120
REASON_MIN, REASON_MAX = 10, 500


@dataclass(frozen=True, kw_only=True)
class DealTerms:
    """With whom, on which product, and why without an answer on the platform."""

    partner: str
    product: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DealSite:
    """Where the robots went to work, how many, and since when."""

    site: str
    units: int | None
    started_on: date | None


def clean_terms(terms: DealTerms) -> DealTerms:
    """The terms as they are stored; raises ``InvalidInput`` naming every wrong field."""

    def clean_name(text: str, field: str, label: str) -> str:
        return clean_text(text, field=field, label=label, low=NAME_MIN, high=NAME_MAX)

    def clean_why() -> str:
        return clean_text(
            terms.reason, field="reason", label="成交说明", low=REASON_MIN, high=REASON_MAX
        )

    check_each(
        lambda: clean_name(terms.partner, "partner", "成交企业"),
        lambda: clean_name(terms.product, "product", "成交产品"),
        clean_why,
    )
    return DealTerms(
        partner=clean_name(terms.partner, "partner", "成交企业"),
        product=clean_name(terms.product, "product", "成交产品"),
        reason=clean_why(),
    )


def clean_site(where: DealSite, today: date) -> tuple[str, int, date]:
    """Site, units and first day; raises ``InvalidInput`` naming every wrong field."""

    def site() -> str:
        return clean_text(where.site, field="site", label="部署地点", low=2, high=NAME_MAX)

    def units() -> int:
        return check_units(where.units)

    def day() -> date:
        return check_past_day(where.started_on, today, field="started_on", label="投运日期")

    check_each(site, units, day)
    return site(), units(), day()
