"""A demonstration: a firm whose claim was refused for its papers asks again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.concepts import ProductClass
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.errors import InvalidInput
from matchmaker.files.demonstration import keep_document
from matchmaker.files.rules import CheckedUpload
from matchmaker.suppliers.claims import operations
from matchmaker.suppliers.claims.models import ProfileClaim
from matchmaker.suppliers.models import Supplier
from matchmaker.suppliers.rules import ProfileState

_NAME = "企业资料认领示例"
_REASON = "演示：授权书未加盖公章，请补充后重新申请。"
#: How many days ago the first claim was made and decided, and the second was made.
_FIRST, _DECIDED, _SECOND = 12, 9, 3


def seed_claims(settings: Settings) -> dict[str, int]:
    """Act the demonstration out once; none in production."""
    if settings.production:
        return {_NAME: 0}
    with read_tx():
        done = db.session.scalar(select(func.count(ProfileClaim.id)))
    if not done:
        paper = keep_document("企业授权书")
        with write_tx():
            _act_out(paper)
    return {_NAME: 2}


def _act_out(paper: CheckedUpload) -> None:
    firm, officer = _person("firm3@demo.example"), _person("officer@demo.example")
    supplier = _find_unclaimed()
    with clock.demonstrate(clock.now() - timedelta(days=_FIRST)):
        refused = _claim(firm, supplier, paper)
    with clock.demonstrate(clock.now() - timedelta(days=_DECIDED)):
        operations.reject_claim(officer, refused, reason=_REASON)
    with clock.demonstrate(clock.now() - timedelta(days=_SECOND)):
        _claim(firm, supplier, paper)


def _claim(firm: Actor, supplier: Supplier, paper: CheckedUpload) -> ProfileClaim:
    return operations.submit_claim(
        firm,
        supplier,
        [paper],
        position="演示联系人",
        statement="演示申请，不代表该企业；用于演示认领资料的提交、审核和补正。",
    )


def _find_unclaimed() -> Supplier:
    query = select(Supplier).where(
        Supplier.organisation_id.is_(None),
        Supplier.state == ProfileState.PUBLISHED,
        Supplier.kind == ProductClass.INTEGRATION,
    )
    found = db.session.scalar(query.order_by(Supplier.code.desc()).limit(1))
    if found is None:
        raise InvalidInput("demo_missing", "没有可认领的企业资料，请先装入企业。")
    return found


def _person(email: str) -> Actor:
    user = find_user_by_email(email)
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {email}，请先装入演示账号。", email=email)
    return as_actor(user)
