"""The steps of a listing's life that its owner takes by a button."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.actor import Actor
from matchmaker.demands import operations
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.questions import FormStep
from matchmaker.engagement.deals import operations as deals
from matchmaker.web.base import current_actor, gate
from matchmaker.web.owner.demands.access import CODE, get_own_listing

bp = Blueprint("owner_demand_acts", __name__, url_prefix="/owner/demands")
gate(bp, "owner")


@bp.post(f"/{CODE}/recall")
def recall(code: str) -> ResponseReturnValue:
    return _step(code, lifecycle.recall, "已撤回提交，可继续修改。")


@bp.post(f"/{CODE}/withdraw")
def withdraw(code: str) -> ResponseReturnValue:
    return _noted_step(code, lifecycle.withdraw, "需求已撤回，不再公开显示。")


@bp.post(f"/{CODE}/give-up")
def give_up(code: str) -> ResponseReturnValue:
    return _noted_step(code, lifecycle.close_unmet, "已登记为无合适方案，可一步转为揭榜挂帅。")


@bp.post(f"/{CODE}/reopen")
def reopen(code: str) -> ResponseReturnValue:
    return _noted_step(code, deals.reopen_listing, "已重新开放。")


@bp.post(f"/{CODE}/discard")
def discard(code: str) -> ResponseReturnValue:
    operations.discard_draft(current_actor(), get_own_listing(code))
    flash("草稿已删除。", "success")
    return redirect(url_for("owner_demands.index"))


@bp.post(f"/{CODE}/copy")
def copy(code: str) -> ResponseReturnValue:
    made = operations.copy_listing(current_actor(), get_own_listing(code))
    flash(f"已复制为新草稿 {made.code}，请核对后提交。", "success")
    address = url_for("owner_demands.edit", code=made.code, step=FormStep.BASICS.value)
    return redirect(address)


@bp.post(f"/{CODE}/challenge")
def challenge(code: str) -> ResponseReturnValue:
    gaps = tuple(line.strip() for line in request.form.get("note", "").splitlines() if line.strip())
    made = operations.create_challenge_from(current_actor(), get_own_listing(code), gaps)
    flash(f"已生成揭榜挂帅草稿 {made.code}，请补充攻关目标和考核指标后提交。", "success")
    address = url_for("owner_demands.edit", code=made.code, step=FormStep.ACCEPTANCE.value)
    return redirect(address)


def _step(
    code: str, act: Callable[[Actor, DemandListing], object], message: str
) -> ResponseReturnValue:
    act(current_actor(), get_own_listing(code))
    flash(message, "success")
    return redirect(url_for("owner_demands.show", code=code))


def _noted_step(code: str, act: Callable[..., object], message: str) -> ResponseReturnValue:
    act(current_actor(), get_own_listing(code), note=request.form.get("note", ""))
    flash(message, "success")
    return redirect(url_for("owner_demands.show", code=code))
