"""What the night tells: opened answers once, trials without result again after a week."""

from __future__ import annotations

from datetime import timedelta

from matchmaker import clock
from matchmaker.audit.models import AuditEntry
from matchmaker.db import db, read_tx, write_tx
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.nightly import announce_openings
from matchmaker.engagement.deployments import operations as pairings
from matchmaker.engagement.deployments.models import Pairing, Trial
from matchmaker.engagement.deployments.nightly import remind_of_trials
from matchmaker.engagement.deployments.rules import TrialPlan
from tests.engagement.world import Place
from tests.suppliers.market import list_messages


def list_told(place: Place, topic: str) -> list[dict[str, object]]:
    with place.app.app_context(), read_tx():
        return list_messages(db.session(), topic)


def test_an_opening_is_told_once_and_not_before_the_seal_has_passed(place: Place) -> None:
    ids = sorted((place.answer(place.people.firm), place.answer(place.people.other_firm)))
    with place.last_second(), place.app.app_context():
        announce_openings()
    assert list_told(place, "engagement.answers_opened") == []
    with place.opening(), place.app.app_context():
        announce_openings()
        announce_openings()
    (told,) = list_told(place, "engagement.answers_opened")
    assert (told["code"], told["count"]) == (place.code, 2)
    with place.app.app_context(), read_tx():
        (entry,) = db.session.query(AuditEntry).filter_by(action="answers.open")
        assert entry.data == {"answers": ids}


def test_a_withdrawn_answer_opens_nothing(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    place.withdraw(place.people.firm, id_)
    with place.opening(), place.app.app_context():
        announce_openings()
    assert list_told(place, "engagement.answers_opened") == []


def test_a_trial_without_result_is_told_again_after_a_week(place: Place) -> None:
    id_ = place.answer(place.people.firm)
    with place.opening(), place.app.app_context():
        place.give_outcomes(place.people.owner, {id_}, {id_: "方案完整，价格合理。"})
        today = clock.today()
        with write_tx():
            pairing = pairings.propose_pairing(place.people.owner, db.session.get_one(Answer, id_))
            pairings.confirm_pairing(place.people.firm, pairing)
            plan = TrialPlan(
                plan="在两座变电所试用三十天。", site="城站变电所", starts_on=today, ends_on=today
            )
            pairings.plan_trial(place.people.owner, pairing, plan)
            pairing_id = pairing.id
        remind_of_trials()
    assert list_told(place, "engagement.trial_due") == []
    with place.opening(days=1), place.app.app_context():
        remind_of_trials()
        remind_of_trials()
        assert list_told(place, "engagement.trial_due") == [{"pairing_id": pairing_id}]
        with write_tx():
            trial = db.session.query(Trial).one()
            trial.reminded_at = clock.now() - timedelta(days=7)
        remind_of_trials()
        with write_tx():
            pairings.end_pairing(
                place.people.owner, db.session.query(Pairing).one(), reason="场地停用。"
            )
            db.session.query(Trial).one().reminded_at = None
        remind_of_trials()
    assert len(list_told(place, "engagement.trial_due")) == 2
