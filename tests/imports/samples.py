"""The kinds of tables that can be imported, each with a good row and with wrong cells."""

from __future__ import annotations

from datetime import timedelta

from matchmaker import clock
from matchmaker.demands.exchange import DEMANDS_FOR_UNITS, OWN_DEMANDS
from matchmaker.funding.exchange import AWARDS
from matchmaker.selection.panels.exchange import EXPERTS
from matchmaker.suppliers.importing.exchange import COMPILED_PRODUCTS, OWN_PRODUCTS
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
    lambda number: _demand(number) | {"unit": "甲方地铁公司"},
    _DEMAND_FAULTS | {"unit": ["", "没有这家单位", "丙方机器人公司"]},
    "title",
)


def _product(number: int) -> dict[str, str]:
    return {
        "model": f"巡检{number}号",
        "form": "四足机器人",
        "description": "四足巡检机器人，可在变电所内自主行走并抄读仪表。",
        "sectors": "市政巡检、物流",
        "tasks": "巡检",
        "modes": "采购；短期租赁",
        "price_purchase": "99,000",
        "price_short-term-rental": "800.50",
        "figure_payload_kg": "12.5",
        "figure_ip_rating": "ip 67",
        "figure_stairs": "是",
        "figure_autonomy_level": "l3",
        "figure_sensors": "激光雷达、深度相机",
    }


_PRODUCT_FAULTS = {
    "model": ["", "长" * 81, FORMULA_ERROR],
    "form": ["", "会飞的汽车"],
    "description": ["长" * 3001],
    "sectors": ["不存在的行业", "市政巡检、市政巡检"],
    "tasks": ["不存在的任务"],
    "modes": ["白送", "政府采购"],
    "task_words": ["长" * 41],
    "price_purchase": ["0", "-1", "面议", "1.001", "100000000.01"],
    "price_short-term-rental": ["八百", "1e3"],
    "figure_payload_kg": ["很重", "0", "-1", "1.2345"],
    "figure_ip_rating": ["防水", "IP7"],
    "figure_stairs": ["也许"],
    "figure_autonomy_level": ["L9"],
    "figure_dof_total": ["12.5"],
}

PRODUCTS = Sample(OWN_PRODUCTS, _product, _PRODUCT_FAULTS, "model")
COMPILED = Sample(
    COMPILED_PRODUCTS,
    lambda number: (
        _product(number)
        | {"firm": "S900" if number % 2 else "某机器人公司", "source": "https://example.org/p"}
    ),
    _PRODUCT_FAULTS
    | {
        "firm": ["", "没有这家企业", "丙方机器人"],
        "source": ["", "见官网", "ftp://example.org/p"],
        "tasks": ["", "不存在的任务"],
        "description": ["", "太短了", "长" * 3001],
    },
    "model",
)


def _expert(number: int) -> dict[str, str]:
    return {
        "name": f"专家{number:02d}",
        "employer": "某大学机器人研究所",
        "title": "教授",
        "employer_credit_code": "12330000470095016q",
        "account": "judge@test.example" if number == 0 else "",
        "other_units": "甲公司、乙公司",
        "sectors": "市政巡检、医疗康养",
        "fields": "移动机器人导航\n变电设备状态监测",
        "is_active": "在库",
    }


EXPERTS_SAMPLE = Sample(
    EXPERTS,
    _expert,
    {
        "name": ["", "长" * 61, FORMULA_ERROR],
        "employer": ["", "长" * 121],
        "title": ["长" * 61],
        "employer_credit_code": ["123", "1233000047009501-Q"],
        "account": ["nobody@test.example", "不是邮箱"],
        "other_units": ["甲公司、甲公司", "长" * 121],
        "other_credit_codes": ["123"],
        "sectors": ["不存在的行业"],
        "fields": ["长" * 2001],
        "is_active": ["退休", "是"],
    },
    "name",
)


def _award(number: int) -> dict[str, str]:
    return {
        "reference": f"K{number}",
        "scheme": "企业技术改造补助",
        "payer": "市科技局",
        "recipient": "甲公司",
        "credit_code": "91330100MA2AAAAA1A",
        "project": "变电所巡检机器人应用",
        "invoices": f"2533200{number:03d}；2533201{number:03d}",
        "amount_fen": "300,000.50",
        "paid_fen": "0",
        "awarded_on": "2025年3月1日",
    }


AWARDS_SAMPLE = Sample(
    AWARDS,
    _award,
    {
        "reference": ["", "x" * 121],
        "scheme": ["", "长" * 121],
        "payer": [""],
        "recipient": ["", "长" * 201],
        "credit_code": ["12", "91330100MA2AAAAA1？"],
        "project": [""],
        "invoices": ["123", "25332001；25332001"],
        "amount_fen": ["", "-1", "一百", "1.001", FORMULA_ERROR],
        "paid_fen": ["x", "-0"],
        "awarded_on": ["", "2099-01-01", "2025-02-29", "去年"],
    },
    "reference",
)
