"""The kinds of tables that can be imported, each with a good row and with wrong cells."""

from __future__ import annotations

from datetime import timedelta

from matchmaker import clock
from matchmaker.demands.exchange import DEMANDS_FOR_UNITS, OWN_DEMANDS
from tests.imports.planted import Sample

LONG = "长" * 600
FORMULA_ERROR = "#REF!"


def _demand(number: int) -> dict[str, str]:
    day = clock.today() + timedelta(days=30 + number)
    return {
        "title": f"第{number}号变电所夜间巡检",
        "kind": "场景需求",
        "sector": "市政巡检",
        "district": "上城区",
        "owner_kind": "地铁公司",
        "tasks": "巡检、搬运",
        "description": "三十余座地下变电所，每两小时自动巡视一次，读取表计并上报异常。",
        "quantity": "1,200",
        "budget_low_fen": "180.5",
        "budget_high_fen": "400",
        "modes": "采购；RaaS",
        "deadline": day.strftime("%Y/%m/%d"),
        "floor": "平整硬化地面",
        "want_payload_kg": "12.5（期望）",
        "want_ip_rating": "ip54",
        "want_stairs": "需要",
        "want_autonomy_level": "L3",
    }


_DEMAND_FAULTS = {
    "title": ["", "短", "长" * 61, "！！！！！", FORMULA_ERROR, "【地点】巡检场景"],
    "kind": ["", "其他需求", "scene2"],
    "sector": ["", "不存在的行业"],
    "district": ["", "浦东新区"],
    "owner_kind": ["没有这种单位"],
    "owner_description": [LONG],
    "tasks": ["不存在的任务", "巡检、巡检"],
    "pain_point": ["长" * 501],
    "description": ["", "太短", "……。。。！！！，，，……。。。！！！，，，", FORMULA_ERROR],
    "quantity": ["0", "-3", "一百", "1.5", "100001"],
    "budget_low_fen": ["-1", "两百万", "1.23456789"],
    "budget_high_fen": ["abc", "1e3"],
    "modes": ["白送", "采购、采购"],
    "deadline": ["", "2020-01-01", "2026-02-30", "明天", "2099-01-01"],
    "floor": [LONG, FORMULA_ERROR],
    "want_payload_kg": ["很重", "-1", "1.23456", "99999999"],
    "want_ip_rating": ["IP5", "防水"],
    "want_stairs": ["也许"],
    "want_autonomy_level": ["L9"],
    "want_certificates": ["不存在的证书"],
}

DEMANDS = Sample(OWN_DEMANDS, _demand, _DEMAND_FAULTS, "title")
UNIT_DEMANDS = Sample(
    DEMANDS_FOR_UNITS,
    lambda number: _demand(number) | {"unit": "甲方地铁公司" if number % 2 else "乙方医院"},
    _DEMAND_FAULTS | {"unit": ["", "没有这家单位", "丙方机器人公司"]},
    "title",
)
