from __future__ import annotations

from datetime import date

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.matching.constraints import (
    AttributeDefinition,
    Capability,
    Evidence,
    Kind,
    Operator,
    Outcome,
    Requirement,
    Value,
    Verdict,
    evaluate_requirement,
    evaluate_requirements,
    ip_digits,
    parse_where,
)

TODAY = date(2026, 7, 1)
LOAD = AttributeDefinition("payload_kg", "载荷", "payload", Kind.MINIMUM, "公斤")
MASS = AttributeDefinition("mass_kg", "自重", "mass", Kind.MAXIMUM, "公斤")
COLD = AttributeDefinition("temp_min_c", "最低工作温度", "temperature", Kind.MAXIMUM, "℃")
SPAN = AttributeDefinition("span_c", "工作温度", "temperatures", Kind.RANGE, "℃")
STAIRS = AttributeDefinition("stairs", "上下楼梯", "stairs", Kind.YES_NO)
LEVEL = AttributeDefinition(
    "autonomy_level", "自主等级", "autonomy", Kind.ORDINAL, order=("L1", "L2", "L3", "L4", "L5")
)
PAPERS = AttributeDefinition("certificates", "资质证书", "certificates", Kind.SET, "", True)
IP = AttributeDefinition("ip_rating", "防护等级", "protection", Kind.IP_RATING)
SAFE = AttributeDefinition("ex_proof", "防爆", "explosion proof", Kind.YES_NO, "", True)
ALL = {d.key: d for d in (LOAD, MASS, COLD, SPAN, STAIRS, LEVEL, PAPERS, IP, SAFE)}


def judge(
    definition: AttributeDefinition,
    operator: Operator,
    wanted: Value,
    *offers: Capability,
    hard: bool = True,
) -> Verdict:
    requirement = Requirement(definition.key, operator, wanted, hard)
    return evaluate_requirement(requirement, offers, definition, today=TODAY)


def offer(
    definition: AttributeDefinition,
    value: Value,
    evidence: Evidence = Evidence.CLAIMED,
    until: date | None = None,
) -> Capability:
    return Capability(definition.key, value, evidence, "https://example.org/data", until)


@pytest.mark.parametrize(
    ("evidence", "value", "outcome"),
    [
        (Evidence.VERIFIED, 20.0, Outcome.MET),
        (Evidence.VERIFIED, 19.9, Outcome.UNMET),
        (Evidence.DOCUMENTED, 20.0, Outcome.MET),
        (Evidence.DOCUMENTED, 1.0, Outcome.UNMET),
        (Evidence.CLAIMED, 20.0, Outcome.MET),
        (Evidence.CLAIMED, 19.9, Outcome.UNMET),
        (Evidence.UNVERIFIED, 40.0, Outcome.UNKNOWN),
        (Evidence.UNVERIFIED, 1.0, Outcome.UNKNOWN),
    ],
)
def test_table_of_evidence_and_comparison(
    evidence: Evidence, value: float, outcome: Outcome
) -> None:
    verdict = judge(LOAD, Operator.AT_LEAST, 20.0, offer(LOAD, value, evidence))

    assert verdict.verdict is outcome
    assert verdict.evidence is evidence
    assert verdict.satisfies is (value >= 20.0)
    assert verdict.wanted == "不低于20公斤"


def test_without_a_value_it_is_unknown_and_asks_the_firm() -> None:
    verdict = judge(LOAD, Operator.AT_LEAST, 20.0, offer(MASS, 99.0))

    assert verdict == Verdict(
        attribute="payload_kg",
        verdict=Outcome.UNKNOWN,
        wanted="不低于20公斤",
        offered=None,
        evidence=None,
        hard=True,
        reason="未提供载荷，需向供方了解",
        label="载荷",
    )


@pytest.mark.parametrize(
    ("evidence", "value", "outcome"),
    [
        (Evidence.VERIFIED, True, Outcome.MET),
        (Evidence.DOCUMENTED, True, Outcome.MET),
        (Evidence.CLAIMED, True, Outcome.UNKNOWN),
        (Evidence.CLAIMED, False, Outcome.UNMET),
        (Evidence.UNVERIFIED, True, Outcome.UNKNOWN),
    ],
)
def test_where_proof_is_required_a_claim_is_not_enough(
    evidence: Evidence, value: bool, outcome: Outcome
) -> None:
    assert judge(SAFE, Operator.EQUAL, True, offer(SAFE, value, evidence)).verdict is outcome


def test_expired_proof_counts_as_claimed_from_the_day_after() -> None:
    last_day = offer(SAFE, True, Evidence.VERIFIED, TODAY)
    expired = offer(SAFE, True, Evidence.VERIFIED, date(2026, 6, 30))

    assert judge(SAFE, Operator.EQUAL, True, last_day).verdict is Outcome.MET
    verdict = judge(SAFE, Operator.EQUAL, True, expired)
    assert verdict.verdict is Outcome.UNKNOWN
    assert verdict.evidence is Evidence.CLAIMED
    assert (
        judge(
            LOAD, Operator.AT_LEAST, 5.0, offer(LOAD, 9.0, Evidence.DOCUMENTED, date(2025, 1, 1))
        ).verdict
        is Outcome.MET
    )
    compiled = offer(LOAD, 9.0, Evidence.UNVERIFIED, date(2025, 1, 1))
    assert judge(LOAD, Operator.AT_LEAST, 5.0, compiled).verdict is Outcome.UNKNOWN


def test_the_best_founded_value_counts_and_of_equals_the_worst() -> None:
    said, proved = offer(LOAD, 50.0), offer(LOAD, 10.0, Evidence.DOCUMENTED)

    assert judge(LOAD, Operator.AT_LEAST, 20.0, said, proved).verdict is Outcome.UNMET
    assert judge(LOAD, Operator.AT_LEAST, 20.0, said, offer(LOAD, 15.0)).verdict is Outcome.UNMET


@pytest.mark.parametrize(
    ("definition", "operator", "wanted", "offered", "holds"),
    [
        (MASS, Operator.AT_MOST, 80.0, 80.0, True),
        (MASS, Operator.AT_MOST, 80.0, 80.1, False),
        (COLD, Operator.AT_MOST, -20.0, -20.0, True),
        (COLD, Operator.AT_MOST, -20.0, -10.0, False),
        (LOAD, Operator.EQUAL, 5.0, 5.0, True),
        (LOAD, Operator.NOT_EQUAL, 5.0, 5.0, False),
        (STAIRS, Operator.EQUAL, True, True, True),
        (STAIRS, Operator.EQUAL, True, False, False),
        (STAIRS, Operator.NOT_EQUAL, True, False, True),
        (LEVEL, Operator.AT_LEAST, "L3", "L4", True),
        (LEVEL, Operator.AT_LEAST, "L3", "L2", False),
        (LEVEL, Operator.AT_MOST, "L3", "L3", True),
        (SPAN, Operator.EQUAL, (-10.0, 40.0), (-20.0, 50.0), True),
        (SPAN, Operator.EQUAL, (-30.0, 40.0), (-20.0, 50.0), False),
        (SPAN, Operator.EQUAL, 50.0, (-20.0, 50.0), True),
        (SPAN, Operator.AT_LEAST, 55.0, (-20.0, 50.0), False),
        (SPAN, Operator.AT_MOST, -20.0, (-20.0, 50.0), True),
        (IP, Operator.AT_LEAST, "IP65", "IP67", True),
        (IP, Operator.AT_LEAST, "IP65", "IP56", False),
        (IP, Operator.AT_LEAST, "IP56", "IP65", False),
        (IP, Operator.AT_LEAST, "IPX5", "IP55", True),
        (IP, Operator.AT_LEAST, "IP54", "IPX4", False),
        (IP, Operator.EQUAL, "IP67", "IP67", True),
    ],
)
def test_comparison_by_kind(
    definition: AttributeDefinition,
    operator: Operator,
    wanted: Value,
    offered: Value,
    holds: bool,
) -> None:
    verdict = judge(definition, operator, wanted, offer(definition, offered, Evidence.VERIFIED))

    assert verdict.satisfies is holds
    assert verdict.verdict is (Outcome.MET if holds else Outcome.UNMET)


def test_certificates_of_product_and_firm_add_up() -> None:
    own = offer(PAPERS, ("防爆认证",), Evidence.VERIFIED)
    firms = offer(PAPERS, ("CR认证", "CE认证"), Evidence.CLAIMED)

    def of(*wanted: str) -> Verdict:
        return judge(PAPERS, Operator.AT_LEAST, wanted, own, firms)

    assert of("防爆认证").verdict is Outcome.MET
    assert of("防爆认证", "CR认证").verdict is Outcome.UNKNOWN
    assert of("防爆认证", "CR认证").evidence is Evidence.CLAIMED
    assert of("NMPA").verdict is Outcome.UNMET
    assert of("CR认证").reason == "资质证书：供方自述防爆认证、CE认证、CR认证，须提供有效证明"


def test_shortfall_is_a_share_of_what_is_wanted() -> None:
    assert judge(LOAD, Operator.AT_LEAST, 20.0, offer(LOAD, 15.0)).shortfall == 0.25
    assert judge(LOAD, Operator.AT_LEAST, 20.0, offer(LOAD, 25.0)).shortfall == 0.0
    assert judge(IP, Operator.AT_LEAST, "IP67", offer(IP, "IP54")).shortfall == 1.0


def test_several_requirements_keep_their_order() -> None:
    asked = (
        Requirement("stairs", Operator.EQUAL, True, True),
        Requirement("payload_kg", Operator.AT_LEAST, 5.0, False),
    )
    verdicts = evaluate_requirements(asked, [offer(LOAD, 9.0)], ALL, today=TODAY)

    assert [(v.attribute, v.verdict, v.hard) for v in verdicts] == [
        ("stairs", Outcome.UNKNOWN, True),
        ("payload_kg", Outcome.MET, False),
    ]
    with pytest.raises(KeyError):
        evaluate_requirements(
            [Requirement("wings", Operator.EQUAL, True, True)], [], ALL, today=TODAY
        )


@pytest.mark.parametrize(
    ("text", "requirement"),
    [
        ("payload_kg >= 20", Requirement("payload_kg", Operator.AT_LEAST, 20.0, True)),
        ("payload_kg>=20.5", Requirement("payload_kg", Operator.AT_LEAST, 20.5, True)),
        ("temp_min_c <= -20", Requirement("temp_min_c", Operator.AT_MOST, -20.0, True)),
        ("ip_rating >= ip67", Requirement("ip_rating", Operator.AT_LEAST, "IP67", True)),
        ("stairs = 是", Requirement("stairs", Operator.EQUAL, True, True)),
        ("stairs != true", Requirement("stairs", Operator.NOT_EQUAL, True, True)),
        ("autonomy_level >= l3", Requirement("autonomy_level", Operator.AT_LEAST, "L3", True)),
        ("span_c = -20~50", Requirement("span_c", Operator.EQUAL, (-20.0, 50.0), True)),
        (
            "certificates >= NMPA、CR认证",
            Requirement("certificates", Operator.AT_LEAST, ("NMPA", "CR认证"), True),
        ),
    ],
)
def test_where_is_read(text: str, requirement: Requirement) -> None:
    assert parse_where(text, ALL) == requirement


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("payload_kg 20", "malformed_where", "where"),
        ("", "malformed_where", "where"),
        (">= 20", "malformed_where", "where"),
        ("payload_kg >=", "malformed_where", "where"),
        ("wings >= 2", "unknown_attribute", "where"),
        ("payload_kg >= viel", "malformed_value", "payload_kg"),
        ("payload_kg >= NaN", "malformed_value", "payload_kg"),
        ("payload_kg >= inf", "malformed_value", "payload_kg"),
        ("stairs = vielleicht", "malformed_value", "stairs"),
        ("ip_rating >= IP99", "malformed_value", "ip_rating"),
        ("autonomy_level >= L9", "malformed_value", "autonomy_level"),
        ("span_c = 50~-20", "malformed_value", "span_c"),
        ("stairs >= true", "operator_does_not_fit", "stairs"),
        ("ip_rating <= IP54", "operator_does_not_fit", "ip_rating"),
    ],
)
def test_bad_where_names_the_fault(text: str, code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_where(text, ALL)
    assert refused.value.code == code
    assert refused.value.field == field
    assert "{" not in refused.value.text


def test_ip_digits() -> None:
    assert ip_digits("IP67") == (6, 7)
    assert ip_digits("ipx4") == (0, 4)
    for text in ("IP7", "67", "IP777", "IP6Y"):
        with pytest.raises(ValueError, match="not an IP rating"):
            ip_digits(text)
