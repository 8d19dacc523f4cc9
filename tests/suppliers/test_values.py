"""What a firm writes becomes a typed value or a refusal that names the field."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaker.catalogue.values import Value
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.suppliers.values import format_value, parse_value


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        ("payload_kg", "25", 25),
        ("payload_kg", " ２５．５ ", Decimal("25.5")),
        ("payload_kg", "1,200", 1200),
        ("temp_min_c", "-20", -20),
        ("temp_min_c", "0", 0),
        ("ip_rating", "ip67", "IP67"),
        ("ip_rating", "IPX5", "IPX5"),
        ("autonomy_level", "l3", "L3"),
        ("stairs", "是", True),
        ("stairs", "不支持", False),
        ("sensors", "激光雷达、深度相机，激光雷达", ("激光雷达", "深度相机")),
        ("navigation", "激光SLAM", "激光SLAM"),
    ],
)
def test_values_that_are_understood(attribute: str, text: str, value: Value) -> None:
    parsed = parse_value(load_vocabulary().attribute(attribute), text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("payload_kg", ""),
        ("payload_kg", "很大"),
        ("payload_kg", "0"),
        ("payload_kg", "-5"),
        ("payload_kg", "1e3"),
        ("payload_kg", "NaN"),
        ("payload_kg", "Infinity"),
        ("payload_kg", "1.2345"),
        ("payload_kg", "10000001"),
        ("dof_total", "23.5"),
        ("ip_rating", "IP99"),
        ("ip_rating", "67"),
        ("autonomy_level", "L6"),
        ("stairs", "也许"),
        ("sensors", "、、"),
        ("sensors", "、".join(f"传感器{n}" for n in range(21))),
        ("navigation", "长" * 121),
    ],
)
def test_values_that_are_refused(attribute: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_value(load_vocabulary().attribute(attribute), text)
    assert refused.value.field == attribute
    assert load_vocabulary().attribute(attribute).zh in refused.value.text


@pytest.mark.parametrize(
    ("attribute", "value", "text"),
    [
        ("payload_kg", 1200, "1,200 kg"),
        ("payload_kg", Decimal("2.50"), "2.5 kg"),
        ("stairs", True, "是"),
        ("sensors", ("甲", "乙"), "甲、乙"),
        ("ip_rating", "IP67", "IP67"),
        ("dof_total", 23, "23 个"),
    ],
)
def test_values_as_people_read_them(attribute: str, value: Value, text: str) -> None:
    assert format_value(load_vocabulary().attribute(attribute), value) == text
