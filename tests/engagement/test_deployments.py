"""From the choice to robots at work: each step by its side, in order, and what stays of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from matchmaker.actor import Actor
from matchmaker.db import read_tx, write_tx
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers.queries import get_answer
from matchmaker.engagement.deployments import operations, queries, records
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import ContractTerms, Record, Stage, TrialPlan
from matchmaker.errors import (
    Conflict,
    DomainError,
    IllegalTransition,
    InvalidFields,
    InvalidInput,
)
from matchmaker.reporting import trails
from tests.engagement.world import Place

PLAN = "在两座变电所试用两台，连续三十天巡检完成率不低于98%。"
RESULT = "三十天巡检完成率99.2%，漏检为零，达到试用方案的要求。"


class Pair:
    """A chosen answer, seen on the day after the deadline."""

    def __init__(self, place: Place, answer_id: int) -> None:
        self.place, self.answer_id = place, answer_id
        self.today: date = place.deadline + timedelta(days=1)
        self.owner, self.firm = place.people.owner, place.people.firm

    def act(self, operation: Callable[..., Any], actor: Actor, *args: Any, **values: Any) -> None:
        with self.place.app.app_context(), write_tx():
            answer = get_answer(actor, self.answer_id)
            pairing = queries.find_pairing(actor, answer)
            operation(actor, answer if pairing is None else pairing, *args, **values)

    def stage(self) -> Stage:
        return self.read(lambda pairing: pairing.stage)

    def read(self, look: Callable[[Pairing], Any]) -> Any:
        with self.place.app.app_context(), read_tx():
            answer = get_answer(self.owner, self.answer_id)
            found = queries.find_pairing(self.owner, answer)
            assert found is not None
            return look(found)

    def plan(self, **changes: Any) -> TrialPlan:
        values = {"plan": PLAN, "site": "城站变电所", "starts_on": self.today}
        values |= {"ends_on": self.today + timedelta(days=30)}
        return TrialPlan(**(values | changes))

    def terms(self, **changes: Any) -> ContractTerms:
        values = {"number": "HT-1", "mode": "purchase", "value_fen": 198_000_000, "units": 2}
        values |= {"signed_on": self.today}
        return ContractTerms(**(values | changes))

    def pair_up(self) -> None:
        self.act(operations.propose_pairing, self.owner)
        self.act(operations.confirm_pairing, self.firm)


@pytest.fixture
def pair(place: Place) -> Iterator[Pair]:
    id_ = place.answer(place.people.firm)
    with place.opening():
        place.give_outcomes(place.people.owner, {id_}, {id_: "方案完整，价格合理。"})
        yield Pair(place, id_)


def test_the_whole_chain(pair: Pair) -> None:
    owner, firm, place = pair.owner, pair.firm, pair.place
    pair.pair_up()
    pair.act(operations.plan_trial, owner, pair.plan())
    pair.act(operations.record_result, owner, result=RESULT, has_passed=True)
    pair.act(operations.accept_result, owner)
    assert pair.stage() is Stage.TRIAL
    pair.act(operations.accept_result, firm)
    assert pair.stage() is Stage.PASSED
    pair.act(operations.sign_contract, owner, pair.terms())
    with place.app.app_context(), read_tx():
        assert queries.find_deployment_for_demand(owner, place.code) is None
    deployed = {"site": "城站变电所", "units": 2, "started_on": pair.today}
    pair.act(operations.record_deployment, place.people.colleague, **deployed)
    assert place.status() is ListingStatus.DEPLOYED
    pair.act(operations.add_hours, firm, as_of=pair.today, hours=12)
    with place.app.app_context(), read_tx():
        chain = queries.find_deployment_for_demand(owner, place.code)
        assert chain == queries.DeploymentChain(
            demand_code=place.code,
            supplier_code=get_answer(firm, pair.answer_id).supplier.code,
            supplier_name="丙方机器人有限公司",
            products=(place.product,),
            mode="purchase",
            trial_accepted=True,
            contract_number="HT-1",
            contract_value_fen=198_000_000,
            contract_units=2,
            signed_on=pair.today,
            site="城站变电所",
            units=2,
            started_on=pair.today,
            cumulative_hours=12,
            hours_as_of=pair.today,
        )
        for part in ("officer", "firm"):
            actor = getattr(place.people, part)
            assert queries.find_deployment_for_demand(actor, place.code) == chain
        for part in ("stranger", "other_firm", "judge"):
            actor = getattr(place.people, part)
            assert queries.find_deployment_for_demand(actor, place.code) is None


def test_hours_never_run_backwards(pair: Pair) -> None:
    pair.pair_up()
    pair.act(operations.sign_contract, pair.owner, pair.terms())
    deployed = {"site": "城站变电所", "units": 2, "started_on": pair.today}
    pair.act(operations.record_deployment, pair.owner, **deployed)
    pair.act(operations.add_hours, pair.firm, as_of=pair.today, hours=12)
    for as_of, hours in (
        (pair.today, 13),
        (pair.today + timedelta(days=1), 13),
        (pair.today - timedelta(days=1), 1),
        (None, 13),
        (pair.today, None),
        (pair.today, -1),
    ):
        with pytest.raises(InvalidInput):
            pair.act(operations.add_hours, pair.owner, as_of=as_of, hours=hours)
    assert pair.read(lambda row: [each.hours for each in row.deployment.hours]) == [12]


def test_a_result_put_right_must_be_accepted_anew(pair: Pair) -> None:
    pair.pair_up()
    pair.act(operations.plan_trial, pair.owner, pair.plan())
    with pytest.raises(Conflict, match="no_result"):
        pair.act(operations.accept_result, pair.firm)
    pair.act(operations.record_result, pair.owner, result=RESULT, has_passed=True)
    pair.act(operations.accept_result, pair.firm)
    pair.act(operations.record_result, pair.owner, result=f"更正：{RESULT}", has_passed=False)
    pair.act(operations.accept_result, pair.owner)
    assert pair.stage() is Stage.TRIAL
    pair.act(operations.accept_result, pair.firm)
    assert pair.stage() is Stage.ENDED


@pytest.mark.parametrize("part", ["firm", "stranger", "other_firm", "officer"])
def test_the_owner_s_steps_are_the_owner_s(pair: Pair, part: str) -> None:
    actor = getattr(pair.place.people, part)
    with pytest.raises(DomainError):
        pair.act(operations.propose_pairing, actor)
    pair.pair_up()
    for operation, value in (
        (operations.plan_trial, pair.plan()),
        (operations.sign_contract, pair.terms()),
    ):
        with pytest.raises(DomainError):
            pair.act(operation, actor, value)
    assert pair.stage() is Stage.PAIRED


def test_the_firm_confirms_the_pairing(pair: Pair) -> None:
    pair.act(operations.propose_pairing, pair.owner)
    with pytest.raises(DomainError, match="permission_denied"):
        pair.act(operations.confirm_pairing, pair.owner)
    with pytest.raises(IllegalTransition):
        pair.act(operations.sign_contract, pair.owner, pair.terms())
    assert pair.stage() is Stage.PROPOSED
    pair.act(operations.end_pairing, pair.firm, reason="产能已排满，无法按期交付。")
    assert pair.stage() is Stage.ENDED
    with pytest.raises(IllegalTransition):
        pair.act(operations.confirm_pairing, pair.firm)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value_fen": 0}, "value_fen"),
        ({"value_fen": None}, "value_fen"),
        ({"units": 0}, "units"),
        ({"mode": "no-such"}, "mode"),
        ({"number": " "}, "number"),
        ({"signed_on": None}, "signed_on"),
    ],
)
def test_a_faulty_contract_names_its_field(pair: Pair, changes: dict[str, Any], field: str) -> None:
    pair.pair_up()
    with pytest.raises(InvalidInput) as refused:
        pair.act(operations.sign_contract, pair.owner, pair.terms(**changes))
    assert refused.value.field == field
    assert pair.stage() is Stage.PAIRED


@pytest.mark.parametrize("days", [-1, 731])
def test_a_trial_of_a_wrong_period_is_refused(pair: Pair, days: int) -> None:
    pair.pair_up()
    plan = pair.plan(ends_on=pair.today + timedelta(days=days))
    with pytest.raises(InvalidInput) as refused:
        pair.act(operations.plan_trial, pair.owner, plan)
    assert refused.value.field == "ends_on"
    assert pair.stage() is Stage.PAIRED


def contract(pair: Pair) -> tuple[str, bool, str | None]:
    return pair.read(
        lambda row: (row.contract.number, bool(row.contract.confirmed_at), row.contract.objection)
    )


def test_the_firm_objects_and_confirms_what_was_put_right(pair: Pair) -> None:
    owner, firm = pair.owner, pair.firm
    pair.pair_up()
    pair.act(operations.sign_contract, owner, pair.terms())
    for other in (owner, pair.place.people.officer):
        with pytest.raises(DomainError, match="permission_denied"):
            pair.act(records.confirm_record, other, Record.CONTRACT)
    with pytest.raises(InvalidInput, match="text_length"):
        pair.act(records.object_to_record, firm, Record.CONTRACT, reason="错")
    assert contract(pair) == ("HT-1", False, None)
    pair.act(records.object_to_record, firm, Record.CONTRACT, reason="合同编号应为HT-2。")
    assert contract(pair) == ("HT-1", False, "合同编号应为HT-2。")
    with pytest.raises(DomainError, match="permission_denied"):
        pair.act(records.correct_contract, firm, pair.terms(number="HT-2"), reason="编号有误")
    with pytest.raises(InvalidFields) as refused:
        pair.act(records.correct_contract, owner, pair.terms(number="", units=0), reason="")
    assert [error.field for error in refused.value.errors] == ["number", "units", "reason"]
    pair.act(records.correct_contract, owner, pair.terms(number="HT-2"), reason="编号有误")
    assert contract(pair) == ("HT-2", False, None)
    pair.act(records.confirm_record, firm, Record.CONTRACT)
    assert contract(pair) == ("HT-2", True, None)
    with pytest.raises(Conflict, match="confirmed"):
        pair.act(records.object_to_record, firm, Record.CONTRACT, reason="还是不对。")
    assert pair.stage() is Stage.CONTRACTED


def test_a_corrected_deployment_asks_the_firm_anew(pair: Pair) -> None:
    pair.pair_up()
    pair.act(operations.sign_contract, pair.owner, pair.terms())
    with pytest.raises(Conflict, match="no_record"):
        pair.act(records.confirm_record, pair.firm, Record.DEPLOYMENT)
    place = {"site": "城站变电所", "units": 2, "started_on": pair.today - timedelta(days=1)}
    pair.act(operations.record_deployment, pair.owner, **place)
    pair.act(records.confirm_record, pair.firm, Record.DEPLOYMENT)
    pair.act(operations.add_hours, pair.firm, as_of=pair.today - timedelta(days=1), hours=3)
    late = place | {"started_on": pair.today}
    with pytest.raises(InvalidInput, match="started_on"):
        pair.act(records.correct_deployment, pair.owner, **late, reason="日期有误")
    pair.act(records.correct_deployment, pair.owner, **(place | {"units": 3}), reason="台数有误")
    found = pair.read(lambda row: (row.deployment.units, row.deployment.confirmed_at))
    assert found == (3, None)
    with pair.place.app.app_context(), read_tx():
        assert trails.find_violations() == []
