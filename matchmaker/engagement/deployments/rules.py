"""Pure decisions about a pairing: its stages and steps, and what its records must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.errors import InvalidInput
from matchmaker.steps import take_step

VALUE_MAX_FEN = 10_000_000_000_00
UNITS_MAX = 100_000
HOURS_MAX = 100_000_000
TRIAL_MAX_DAYS = 730


class Stage(StrEnum):
    """How far a pair has come."""

    PROPOSED = "proposed"
    PAIRED = "paired"
    TRIAL = "trial"
    PASSED = "passed"
    CONTRACTED = "contracted"
    DEPLOYED = "deployed"
    ENDED = "ended"


STAGE_LABELS = {
    Stage.PROPOSED: "待企业确认结对",
    Stage.PAIRED: "已结对",
    Stage.TRIAL: "试用中",
    Stage.PASSED: "试用通过",
    Stage.CONTRACTED: "已签约",
    Stage.DEPLOYED: "已部署",
    Stage.ENDED: "已终止",
}


class Step(StrEnum):
    """What can be done with a pairing."""

    CONFIRM = "confirm"
    PLAN = "plan"
    RECORD_RESULT = "record_result"
    ACCEPT = "accept"
    SIGN = "sign"
    DEPLOY = "deploy"
    ADD_HOURS = "add_hours"
    CHECK = "check"
    CORRECT = "correct"
    END = "end"


STEP_LABELS = {
    Step.CONFIRM: "确认结对",
    Step.PLAN: "制定试用方案",
    Step.RECORD_RESULT: "登记试用结果",
    Step.ACCEPT: "通过试用",
    Step.SIGN: "登记合同",
    Step.DEPLOY: "登记部署",
    Step.ADD_HOURS: "登记运行时长",
    Step.CHECK: "确认登记内容",
    Step.CORRECT: "更正登记内容",
    Step.END: "终止合作",
}

_S = Stage
#: A pair may sign without a trial; a trial once planned must pass first.
TRANSITIONS: Mapping[tuple[Stage, Step], Stage] = {
    (_S.PROPOSED, Step.CONFIRM): _S.PAIRED,
    (_S.PAIRED, Step.PLAN): _S.TRIAL,
    (_S.TRIAL, Step.RECORD_RESULT): _S.TRIAL,
    (_S.TRIAL, Step.ACCEPT): _S.PASSED,
    (_S.PAIRED, Step.SIGN): _S.CONTRACTED,
    (_S.PASSED, Step.SIGN): _S.CONTRACTED,
    (_S.CONTRACTED, Step.DEPLOY): _S.DEPLOYED,
    (_S.DEPLOYED, Step.ADD_HOURS): _S.DEPLOYED,
    (_S.CONTRACTED, Step.CHECK): _S.CONTRACTED,
    (_S.DEPLOYED, Step.CHECK): _S.DEPLOYED,
    (_S.CONTRACTED, Step.CORRECT): _S.CONTRACTED,
    (_S.DEPLOYED, Step.CORRECT): _S.DEPLOYED,
    (_S.PROPOSED, Step.END): _S.ENDED,
    (_S.PAIRED, Step.END): _S.ENDED,
    (_S.TRIAL, Step.END): _S.ENDED,
    (_S.PASSED, Step.END): _S.ENDED,
}


class Record(StrEnum):
    """What the owner records and the firm confirms or objects to."""

    CONTRACT = "contract"
    DEPLOYMENT = "deployment"


RECORD_LABELS = {Record.CONTRACT: "合同", Record.DEPLOYMENT: "部署"}


def next_stage(stage: Stage, step: Step) -> Stage:
    """The stage after a step; raises ``IllegalTransition`` where the step does not exist."""
    return take_step(
        TRANSITIONS, stage, step, subject="合作", states=STAGE_LABELS, steps=STEP_LABELS
    )


@dataclass(frozen=True, kw_only=True)
class TrialPlan:
    """What is tried, where, and when."""

    plan: str
    site: str
    starts_on: date | None
    ends_on: date | None


def check_trial_days(plan: TrialPlan) -> tuple[date, date]:
    """First and last day of the trial; raises ``InvalidInput`` for a wrong period."""
    first, last = plan.starts_on, plan.ends_on
    if first is None:
        raise InvalidInput("starts_on", "请填写试用开始日期。", field="starts_on")
    if last is None or not 0 <= (last - first).days <= TRIAL_MAX_DAYS:
        raise InvalidInput(
            "ends_on",
            "请填写试用结束日期，不早于开始日期，试用期最长 {most} 天。",
            field="ends_on",
            most=TRIAL_MAX_DAYS,
        )
    return first, last


@dataclass(frozen=True, kw_only=True)
class ContractTerms:
    """A contract as the owner records it; value in fen, mode of the catalogue."""

    number: str
    mode: str
    value_fen: int | None
    units: int | None
    signed_on: date | None


def check_value(value_fen: int | None) -> int:
    """The value of a contract; raises ``InvalidInput`` unless it is above zero and plausible."""
    if value_fen is None or not 0 < value_fen <= VALUE_MAX_FEN:
        raise InvalidInput("value", "请填写合同金额，须大于零且不超过100亿元。", field="value_fen")
    return value_fen


def check_units(units: int | None) -> int:
    """A number of robots; raises ``InvalidInput``."""
    if units is None or not 1 <= units <= UNITS_MAX:
        raise InvalidInput(
            "units", "请填写台（套）数，为 1 至 {most}。", field="units", most=UNITS_MAX
        )
    return units


def check_past_day(day: date | None, today: date, *, field: str, label: str) -> date:
    """A day that has come; raises ``InvalidInput`` for a missing or future one."""
    if day is None or day > today:
        raise InvalidInput(field, "请填写{label}，不能晚于今天。", field=field, label=label)
    return day


def check_hours(hours: int | None, as_of: date, before: tuple[date, int] | None) -> int:
    """Cumulative hours on a day; raises ``InvalidInput`` where they would run backwards."""
    if hours is None or not 0 <= hours <= HOURS_MAX:
        raise InvalidInput("hours", "请填写累计运行时长，为不小于零的整数小时。", field="hours")
    if before is not None and (as_of <= before[0] or hours < before[1]):
        raise InvalidInput(
            "hours_backwards",
            "上次登记为{year}年{month}月{day}日累计 {hours} 小时，本次日期须更晚、时长不得减少。",
            field="hours",
            year=before[0].year,
            month=before[0].month,
            day=before[0].day,
            hours=before[1],
        )
    return hours
