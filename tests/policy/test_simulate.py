"""政策测算: from answers to every instrument that may apply, and the sum after overlap."""

from __future__ import annotations

from datetime import date

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.policy import questions
from matchmaker.policy.instrument import FactKind
from matchmaker.policy.law import Adoption
from matchmaker.policy.loader import load_law
from matchmaker.policy.question_forms import Question, Use
from matchmaker.policy.questions import QUESTIONS, ROLES, TOPICS, instruments_asking
from matchmaker.policy.simulate import WORK_LABELS, Simulation, check_answers, simulate

LAW = load_law()
DAY = date(2026, 5, 1)


def run(on: date = DAY, /, **answers: str) -> Simulation:
    return simulate(LAW, answers, on)


def ids(simulation: Simulation) -> dict[str, list[str]]:
    """Which instrument ended where."""
    return {
        "groups": [o.instrument.id for g in simulation.groups for o in g.outcomes],
        "not_eligible": [o.instrument.id for o in simulation.not_eligible],
        "not_applicable": [n.instrument.id for n in simulation.not_applicable],
        "incomplete": [i.instrument.id for i in simulation.incomplete],
    }


def only(**found: list[str]) -> dict[str, list[str]]:
    empty: list[str] = []
    places = ("groups", "not_eligible", "not_applicable", "incomplete")
    return {place: found.get(place, empty) for place in places}


def test_simulate_without_answers_finds_nothing() -> None:
    simulation = run()
    assert ids(simulation) == only()
    assert (simulation.total_fen, simulation.provisional_total_fen) == (0, 0)


def test_simulate_blank_answers_are_no_answers() -> None:
    assert run(**dict.fromkeys(QUESTIONS, "")) == run()


def test_simulate_flags_alone_start_nothing() -> None:
    assert run(scene_is_demonstration="true", robot_form="other") == run()


def test_simulate_scene_under_both_programmes_counts_once() -> None:
    simulation = run(
        scene_investment_yuan="1600000", scene_is_demonstration="true", scene_is_typical="true"
    )
    assert ids(simulation) == only(groups=["M66-6", "A25-3.1"])
    (group,) = simulation.groups
    assert (group.work, group.label, group.has_overlap) == ("scene", "应用场景", True)
    assert group.overlap.chosen == "M66-6"
    assert (simulation.total_fen, simulation.provisional_total_fen) == (80_000_000, 80_000_000)


def test_simulate_scene_of_one_programme_tells_why_not_the_other() -> None:
    simulation = run(scene_investment_yuan="3000000", scene_is_typical="true")
    assert ids(simulation) == only(groups=["A25-3.1"], not_eligible=["M66-6"])
    assert simulation.not_eligible[0].reward.reasons[0].code == "not_designated"
    assert simulation.groups[0].has_overlap is False
    assert (simulation.total_fen, simulation.provisional_total_fen) == (0, 100_000_000)


def test_simulate_different_works_are_added() -> None:
    simulation = run(
        scene_investment_yuan="1600000",
        scene_is_demonstration="true",
        platform_investment_yuan="1000000",
        prize_level="national",
        app_units="1001",
        app_benefit_yuan="5000000",
    )
    assert [group.work for group in simulation.groups] == [
        "scene",
        "pilot_platform",
        "application_software",
        "contest_prize",
    ]
    assert simulation.total_fen == 80_000_000 + 30_000_000
    assert simulation.provisional_total_fen == simulation.total_fen + 50_000_000 + 50_000_000


def test_simulate_other_robots_leave_the_humanoid_measures_out() -> None:
    simulation = run(robot_form="other", research_received_yuan="400")
    assert ids(simulation) == only(groups=["A25-1.2"], not_applicable=["M66-2a"])
    assert simulation.not_applicable[0].reason == "这项措施只支持人形机器人。"


def test_simulate_parts_and_software_are_added_for_makers_of_whole_robots() -> None:
    answers = {"parts_purchases_yuan": "600000", "software_purchases_yuan": "400000.50"}
    simulation = run(**answers, is_whole_robot_maker="true")
    assert ids(simulation) == only(groups=["A25-2.2a"], not_eligible=["M66-5b"])
    reward = simulation.groups[0].outcomes[0].reward
    assert reward.award_fen == 10_000_005
    assert reward.steps[2].inputs["purchases_yuan"] == "1000000.50"
    others = run(**answers)
    assert ids(others) == only(not_eligible=["M66-5b"], not_applicable=["A25-2.2a"])
    assert others.not_applicable[0].reason == "这项奖励只给整机制造企业。"


def test_simulate_software_alone_is_enough_for_the_sum() -> None:
    simulation = run(software_purchases_yuan="1000000", is_whole_robot_maker="true")
    assert ids(simulation) == only(groups=["A25-2.2a"])
    assert simulation.provisional_total_fen == 10_000_000


def test_simulate_names_open_questions() -> None:
    simulation = run(project_investment_yuan="8000000", project_above_scale="true")
    assert ids(simulation) == only(groups=["M66-4a"], incomplete=["M66-4b"])
    missing = [question.id for question in simulation.incomplete[0].missing]
    assert missing == ["project_loan_yuan", "project_loan_years"]


def test_simulate_one_project_is_supported_once() -> None:
    simulation = run(
        project_investment_yuan="8000000",
        project_above_scale="true",
        project_loan_yuan="10000000",
        project_loan_years="1",
    )
    (group,) = simulation.groups
    assert [o.reward.award_fen for o in group.outcomes] == [240_000_000, 10_000_000]
    assert simulation.total_fen == 240_000_000


def test_simulate_in_kind_is_shown_without_money() -> None:
    simulation = run(office_area_m2="1200", office_years="5")
    (group,) = simulation.groups
    assert group.outcomes[0].reward.in_kind == {"area_m2": "1000", "years": "3"}
    assert simulation.total_fen == 0


def test_simulate_outside_the_period_nothing_is_eligible() -> None:
    simulation = run(date(2028, 1, 1), prize_level="national")
    assert ids(simulation) == only(not_eligible=["A25-3.3b"])


def test_simulate_adopted_draft_counts_fully() -> None:
    law = LAW.with_adoptions(Adoption("A25", "杭政办〔2026〕1号", date(2026, 3, 2)))
    simulation = simulate(law, {"prize_level": "national"}, DAY)
    assert simulation.total_fen == simulation.provisional_total_fen == 50_000_000
    assert simulation.groups[0].outcomes[0].document.id == "A25"


#: Answers that make each instrument eligible, and the award in fen.
FULL = {
    "scene_investment_yuan": "2",
    "scene_is_demonstration": "true",
    "scene_is_typical": "true",
    "research_received_yuan": "4",
    "task_investment_yuan": "10",
    "task_excluded_yuan": "1",
    "task_received_yuan": "2",
    "office_area_m2": "1",
    "office_years": "1",
    "project_investment_yuan": "6000000",
    "project_excluded_yuan": "1000000",
    "project_above_scale": "true",
    "project_loan_yuan": "100",
    "project_loan_years": "2",
    "project_interest_paid_yuan": "1499999",
    "sales_year1_yuan": "10000001",
    "sales_year2_yuan": "10000002",
    "in_catalogue": "true",
    "parts_purchases_yuan": "1000000",
    "is_whole_robot_maker": "true",
    "purchases_paid_this_year_yuan": "4999999",
    "platform_investment_yuan": "10",
    "platform_paid_before_yuan": "49999998",
    "data_ground_level": "national",
    "data_purchases_yuan": "10",
    "data_paid_this_year_yuan": "299998",
    "app_units": "1001",
    "app_benefit_yuan": "5000000",
    "robot_prices_yuan": "5,10",
    "robots_paid_before_yuan": "299998.5",
    "community_assessed_yuan": "7",
    "event_cost_yuan": "8",
    "event_paid_this_year_yuan": "2999999",
    "prize_level": "provincial",
}
AWARDS = {
    "M66-6": 100, "A25-3.1": 100, "M66-2a": 100, "A25-1.2": 100, "M66-2b": 350, "M66-3": 0,
    "M66-4a": 150_000_000, "M66-4b": 100, "M66-5a": 100_000_000, "A25-2.2b": 100_000_000,
    "M66-5b": 100, "A25-2.2a": 100, "M66-7": 200, "A25-1.3a": 100_000_000, "A25-1.3b": 200,
    "A25-2.3a": 50_000_000, "A25-2.3b": 150, "A25-3.2": 700, "A25-3.3a": 100,
    "A25-3.3b": 20_000_000,
}  # fmt: skip


def test_simulate_reaches_all_instruments_with_each_answer_in_its_place() -> None:
    simulation = run(**FULL)
    found = {o.instrument.id: o.reward.award_fen for g in simulation.groups for o in g.outcomes}
    assert found == AWARDS
    assert list(found) == [use.instrument for topic in TOPICS for use in topic.uses]
    assert set(AWARDS) == set(LAW.instrument_ids)


@pytest.mark.parametrize(
    ("question", "text", "lost"),
    [
        ("buyer_is_affiliated", "true", {"M66-5a", "A25-2.2b"}),
        ("catalogue_received_before", "true", {"M66-5a", "A25-2.2b"}),
        ("supplier_is_affiliated", "true", {"M66-5b", "A25-2.2a"}),
        ("app_received_before", "true", {"A25-2.3a"}),
        ("in_catalogue", "false", {"M66-5a", "A25-2.2b"}),
        ("project_above_scale", "false", {"M66-4a"}),
        ("data_ground_level", "city", {"A25-1.3a"}),
        ("project_loan_yuan", "0", {"M66-4b"}),
    ],
)
def test_simulate_one_answer_loses_its_instruments(
    question: str, text: str, lost: set[str]
) -> None:
    simulation = run(**FULL | {question: text})
    assert {o.instrument.id for o in simulation.not_eligible} == lost


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("scene_investment_yuan", "-1"),
        ("prize_level", "city"),
        ("app_units", "1.5"),
        ("in_catalogue", "on"),
        ("office_years", "0"),
        ("robot_prices_yuan", "1,,2"),
        ("robot_form", "dog"),
    ],
)
def test_simulate_malformed_answer_is_refused_at_its_question(question: str, text: str) -> None:
    problems = check_answers({question: text, "event_cost_yuan": "1"})
    assert list(problems) == [question]
    assert problems[question].field == question
    assert QUESTIONS[question].label in problems[question].text
    with pytest.raises(InvalidInput, match="malformed_fact"):
        run(**{question: text})


def test_simulate_unknown_question_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        run(colour="red")
    assert (refused.value.code, refused.value.field) == ("unknown_question", "colour")
    assert refused.value.text == "测算没有“colour”这一问。"


def test_check_answers_names_every_problem() -> None:
    answers = {"event_cost_yuan": "x", "prize_level": "x", "app_units": "", "app_benefit_yuan": "1"}
    assert set(check_answers(answers)) == {"event_cost_yuan", "prize_level"}


def test_questions_serve_every_fact_of_every_instrument() -> None:
    for use in (use for topic in TOPICS for use in topic.uses):
        instrument = LAW.instrument_on(use.instrument, DAY)[1]
        asked = {fact for fact, _ in use.facts}
        assert asked == {fact.name for fact in instrument.facts}
        for fact, question_ids in use.facts:
            kinds = {QUESTIONS[id_].kind for id_ in question_ids}
            assert kinds == {instrument.facts_by_name[fact].kind}
            if FactKind.WORD in kinds:
                words = QUESTIONS[question_ids[0]].spec.words
                assert words == instrument.facts_by_name[fact].words


def test_questions_are_unique_and_all_used() -> None:
    asked = [question.id for topic in TOPICS for question in topic.questions]
    assert len(asked) == len(set(asked))
    assert list(QUESTIONS) == ["robot_form", *asked]
    assert all(instruments_asking(id_) for id_ in QUESTIONS)
    assert len({topic.id for topic in TOPICS}) == len(TOPICS)


def test_questions_of_an_instrument_stand_in_its_topic() -> None:
    for topic in TOPICS:
        own = {question.id for question in topic.questions} | {"robot_form"}
        for use in topic.uses:
            assert set(use.question_ids) <= own
            assert set(topic.roles) <= set(ROLES)


def test_questions_carry_labels_and_units() -> None:
    for question in QUESTIONS.values():
        assert question.label
        assert bool(question.words) is (question.kind is FactKind.WORD)
        is_counted = question.kind not in (FactKind.FLAG, FactKind.WORD)
        assert bool(question.unit) is is_counted, question.id
        if question.kind is FactKind.FLAG:
            assert question.default == "false"


def test_questions_are_built_as_written() -> None:
    yuan = questions._yuan("a", "b", "c", default="0")
    assert yuan == Question("a", "b", FactKind.YUAN, "c", "元", default="0")
    assert questions._yuan("a", "b") == Question("a", "b", FactKind.YUAN, unit="元")
    flag = Question("a", "b", FactKind.FLAG, "c", default="false")
    assert questions._flag("a", "b", "c") == flag
    assert questions._flag("a", "b").help == ""
    humanoid = (("robot_form", "humanoid", "这项措施只支持人形机器人。"),)
    facts = (("level", ("x",)), ("units", ("y", "z")))
    assert questions._use("M66-0", level="x", units=("y", "z")) == Use("M66-0", facts, humanoid)
    assert questions._use("A25-0", level="x", units=("y", "z")) == Use("A25-0", facts, ())


def test_every_role_has_topics() -> None:
    assert {role for topic in TOPICS for role in topic.roles} == set(ROLES)


def test_instruments_asking_a_question() -> None:
    assert instruments_asking("scene_investment_yuan") == ("M66-6", "A25-3.1")
    assert instruments_asking("software_purchases_yuan") == ("A25-2.2a",)
    assert len(instruments_asking("robot_form")) == 9
    assert instruments_asking("colour") == ()


def test_work_labels_cover_the_law() -> None:
    works = {LAW.instrument_on(id_, DAY)[1].work for id_ in LAW.instrument_ids}
    assert works == set(WORK_LABELS)
