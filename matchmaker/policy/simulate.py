"""政策测算: every instrument that may apply to a party, with the sum after overlap. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matchmaker.errors import InvalidInput
from matchmaker.policy.amounts import format_yuan
from matchmaker.policy.facts import check_fact
from matchmaker.policy.instrument import Instrument
from matchmaker.policy.law import Law, PolicyDocument
from matchmaker.policy.overlap import Award, Overlap, resolve_overlap
from matchmaker.policy.question_forms import Question, Use
from matchmaker.policy.questions import QUESTIONS, TOPICS
from matchmaker.policy.quoting import shown
from matchmaker.policy.reward import Reward, compute_reward

#: What awards of one group are for; within a group only the highest counts.
WORK_LABELS: Mapping[str, str] = {
    "research_task": "科研任务",
    "office_space": "办公场所",
    "investment_project": "投资项目",
    "catalogue_entry": "进入采购目录",
    "parts_purchase": "采购零部件、软件",
    "scene": "应用场景",
    "pilot_platform": "中试验证及应用推广服务平台",
    "data_training_ground": "数据训练场",
    "data_purchase": "采购数据产品及服务",
    "application_software": "应用软件",
    "secondary_development": "二次开发",
    "developer_community": "开发者社区",
    "contest_or_exhibition": "赛事、展会",
    "contest_prize": "大赛获奖",
}


@dataclass(frozen=True)
class Outcome:
    """One instrument with its result."""

    document: PolicyDocument
    instrument: Instrument
    reward: Reward


@dataclass(frozen=True)
class WorkGroup:
    """Eligible instruments for one piece of work, and what remains of them."""

    work: str
    label: str
    outcomes: tuple[Outcome, ...]
    overlap: Overlap

    @property
    def has_overlap(self) -> bool:
        """True when more than one award competes."""
        return len(self.outcomes) > 1


@dataclass(frozen=True)
class Incomplete:
    """An instrument that was partly answered, with the questions that are still open."""

    instrument: Instrument
    missing: tuple[Question, ...]


@dataclass(frozen=True)
class NotApplicable:
    """An instrument that was answered but is for others, and why."""

    instrument: Instrument
    reason: str


@dataclass(frozen=True)
class Simulation:
    """What a party may get. ``total_fen`` rests on texts in force, ``provisional`` adds drafts."""

    groups: tuple[WorkGroup, ...]
    not_eligible: tuple[Outcome, ...]
    not_applicable: tuple[NotApplicable, ...]
    incomplete: tuple[Incomplete, ...]
    total_fen: int
    provisional_total_fen: int


def check_answers(answers: Mapping[str, str]) -> dict[str, InvalidInput]:
    """What is wrong, by question id; empty when all answers can be read. A blank is no answer."""
    problems = {}
    for id_, text in answers.items():
        try:
            _check_answer(id_, text)
        except InvalidInput as problem:
            problems[id_] = problem
    return problems


def simulate(law: Law, answers: Mapping[str, str], on: date) -> Simulation:
    """All instruments that the answers reach, decided on a day.

    Raises InvalidInput (``field`` is the question) for an unknown question or a malformed answer.
    """
    for problem in check_answers(answers).values():
        raise problem
    given = {id_: text for id_, text in answers.items() if text}
    outcomes: list[Outcome] = []
    not_applicable: list[NotApplicable] = []
    incomplete: list[Incomplete] = []
    for use in (use for topic in TOPICS for use in topic.uses):
        if not any(id_ in given for id_ in _deciding(use)):
            continue
        document, instrument = law.instrument_on(use.instrument, on)
        reason = _reason_not_applicable(use, given)
        missing = _missing(use, given)
        if reason:
            not_applicable.append(NotApplicable(instrument, reason))
        elif missing:
            incomplete.append(Incomplete(instrument, missing))
        else:
            reward = compute_reward(law, use.instrument, _facts_of(use, given), on)
            outcomes.append(Outcome(document, instrument, reward))
    groups = _group([outcome for outcome in outcomes if outcome.reward.eligible])
    return Simulation(
        groups=groups,
        not_eligible=tuple(outcome for outcome in outcomes if not outcome.reward.eligible),
        not_applicable=tuple(not_applicable),
        incomplete=tuple(incomplete),
        total_fen=sum(group.overlap.payable_fen for group in groups),
        provisional_total_fen=sum(group.overlap.provisional_fen for group in groups),
    )


def _check_answer(id_: str, text: str) -> None:
    question = QUESTIONS.get(id_)
    if question is None:
        raise InvalidInput("unknown_question", "测算没有“{id}”这一问。", field=id_, id=shown(id_))
    if text:
        check_fact(question.spec, text)


def _deciding(use: Use) -> tuple[str, ...]:
    """The questions whose answer shows that somebody means this instrument."""
    return tuple(id_ for _, ids in use.facts for id_ in ids if QUESTIONS[id_].default is None)


def _answer(id_: str, given: Mapping[str, str]) -> str | None:
    return given.get(id_, QUESTIONS[id_].default)


def _reason_not_applicable(use: Use, given: Mapping[str, str]) -> str:
    for id_, wanted, reason in use.only_if:
        if _answer(id_, given) != wanted:
            return reason
    return ""


def _missing(use: Use, given: Mapping[str, str]) -> tuple[Question, ...]:
    """Open questions; of several whose amounts are added one answer is enough."""
    return tuple(
        QUESTIONS[ids[0]] for _, ids in use.facts if all(_answer(id_, given) is None for id_ in ids)
    )


def _facts_of(use: Use, given: Mapping[str, str]) -> dict[str, str]:
    return {fact: _combine(ids, given) for fact, ids in use.facts}


def _combine(ids: tuple[str, ...], given: Mapping[str, str]) -> str:
    """One answer as it is, several amounts added."""
    answers = {id_: text for id_ in ids if (text := _answer(id_, given)) is not None}
    if len(answers) == 1:
        return next(iter(answers.values()))
    amounts = (check_fact(QUESTIONS[id_].spec, text) for id_, text in answers.items())
    return format_yuan(sum(fen for fen in amounts if isinstance(fen, int)))


def _group(outcomes: list[Outcome]) -> tuple[WorkGroup, ...]:
    works: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        works.setdefault(outcome.instrument.work, []).append(outcome)
    return tuple(
        WorkGroup(
            work=work,
            label=WORK_LABELS[work],
            outcomes=tuple(found),
            overlap=resolve_overlap(
                Award(o.instrument.id, o.reward.award_fen, o.reward.binding) for o in found
            ),
        )
        for work, found in works.items()
    )
