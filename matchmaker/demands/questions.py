"""The robot questions: what a firm must know of a place before it can answer a need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.demands.rules import ListingKind

ANSWER_MAX = 500


class FormStep(StrEnum):
    """The pages of the form, in order."""

    BASICS = "basics"
    SITE = "site"
    REQUIREMENTS = "requirements"
    COOPERATION = "cooperation"
    ACCEPTANCE = "acceptance"


FORM_STEP_LABELS = {
    FormStep.BASICS: "基本情况",
    FormStep.SITE: "现场条件",
    FormStep.REQUIREMENTS: "性能要求",
    FormStep.COOPERATION: "预算与合作",
    FormStep.ACCEPTANCE: "数据、试用与验收",
}

ON_SITE = frozenset({ListingKind.SCENE, ListingKind.JOB, ListingKind.CHALLENGE})
EVERY_KIND = frozenset(ListingKind)


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. ``suggestions`` are usual answers; ``weight`` counts in the answerability."""

    key: str
    label: str
    help: str
    step: FormStep
    kinds: frozenset[ListingKind] = ON_SITE
    suggestions: tuple[str, ...] = ()
    weight: int = 2


_JOB = frozenset({ListingKind.JOB})
_COMPONENT = frozenset({ListingKind.COMPONENT})
_CHALLENGE = frozenset({ListingKind.CHALLENGE})

QUESTIONS: tuple[Question, ...] = (
    Question(
        key="site",
        label="作业地点与范围",
        help="写明室内或室外、楼层、面积或线路长度，例如：地下一层变电所，约400平方米。",
        step=FormStep.SITE,
        weight=4,
    ),
    Question(
        key="floor",
        label="地面情况",
        help="地面材质和平整程度决定用轮式、履带还是足式。",
        step=FormStep.SITE,
        suggestions=("平整硬化地面", "有接缝或轻微不平", "有坡道", "碎石、草地等非铺装路面"),
        weight=4,
    ),
    Question(
        key="steps",
        label="台阶与门槛",
        help="有台阶或门槛的，写明高度和级数，例如：防鼠板高50厘米，可拆。",
        step=FormStep.SITE,
        suggestions=("无台阶和门槛", "有门槛，高不超过3厘米", "有楼梯"),
        weight=4,
    ),
    Question(
        key="lift",
        label="电梯与门",
        help="须跨楼层或过门的，写明电梯、门禁能否联网控制。",
        step=FormStep.SITE,
        suggestions=("不需乘梯过门", "电梯和门禁可联网对接", "电梯和门禁不能改造"),
        weight=3,
    ),
    Question(
        key="passage",
        label="通道最窄处",
        help="写明净宽、净高，例如：通道净宽80厘米。",
        step=FormStep.SITE,
    ),
    Question(
        key="payload_with_tool",
        label="负载（含工具）",
        help="机器人要搬、要拿的重量，末端工具一并计入，例如：周转箱12公斤，含夹具约15公斤。",
        step=FormStep.SITE,
        weight=4,
    ),
    Question(
        key="people_near",
        label="人员共处",
        help="作业时周围有没有人、是否为公众，关系到安全防护和认证。",
        step=FormStep.SITE,
        suggestions=("无人区域", "有本单位员工", "有公众往来", "直接接触老人、儿童或病人"),
        weight=3,
    ),
    Question(
        key="network",
        label="网络条件",
        help="写明有无无线网络、5G信号，能否访问外网。",
        step=FormStep.SITE,
        suggestions=("有无线局域网", "有5G信号", "只有内网，不能访问外网", "无网络"),
        weight=3,
    ),
    Question(
        key="temperature",
        label="温湿度与环境",
        help="写明温度范围、粉尘、潮湿、淋雨、腐蚀、易燃易爆等情况。",
        step=FormStep.SITE,
        weight=3,
    ),
    Question(
        key="power",
        label="供电与充电",
        help="写明能否安装充电桩、有无固定停放点。",
        step=FormStep.SITE,
        suggestions=("可安装充电桩", "只有普通插座", "不能固定充电，须换电"),
    ),
    Question(
        key="shift",
        label="班次与工时",
        help="写明每天几班、每班几小时、一年出勤天数。",
        step=FormStep.SITE,
        kinds=_JOB,
        suggestions=("白班8小时", "两班倒，每班12小时", "三班倒，每班8小时", "夜班8小时"),
        weight=4,
    ),
    Question(
        key="post_cost",
        label="现岗位用工成本",
        help="单个岗位一年的用工成本，供企业测算投资回收期，可只写区间。",
        step=FormStep.COOPERATION,
        kinds=_JOB,
    ),
    Question(
        key="hours",
        label="作业时段",
        help="写明每天作业的时间段和连续作业的时长，例如：每日0时至4时，连续4小时。",
        step=FormStep.SITE,
        kinds=frozenset({ListingKind.SCENE, ListingKind.CHALLENGE}),
        weight=3,
    ),
    Question(
        key="cycle",
        label="节拍或频次",
        help="写明单次作业时间或每天次数，例如：每2小时巡检一次，单箱搬运不超过1分钟。",
        step=FormStep.SITE,
        weight=3,
    ),
    Question(
        key="host_robot",
        label="配套整机",
        help="写明零部件或软件用在哪种机器人上，例如：身高1.7米双足人形机器人膝关节。",
        step=FormStep.SITE,
        kinds=_COMPONENT,
        weight=4,
    ),
    Question(
        key="interface",
        label="接口与协议",
        help="写明机械、电气接口和通信协议，例如：EtherCAT，48V供电。",
        step=FormStep.SITE,
        kinds=_COMPONENT,
        weight=4,
    ),
    Question(
        key="batch",
        label="样品与批量",
        help="写明样品数量、小批量和年需求量。",
        step=FormStep.COOPERATION,
        kinds=_COMPONENT,
        weight=3,
    ),
    Question(
        key="goal",
        label="攻关目标",
        help="写明要攻克的难题和达到的效果。",
        step=FormStep.ACCEPTANCE,
        kinds=_CHALLENGE,
        weight=5,
    ),
    Question(
        key="indicators",
        label="考核指标",
        help="写明可测量的指标和测试办法，例如：插接成功率不低于99%，连续测试1000次。",
        step=FormStep.ACCEPTANCE,
        kinds=_CHALLENGE,
        weight=5,
    ),
    Question(
        key="bid_rules",
        label="揭榜条件",
        help="写明对揭榜单位的要求，例如：可由企业与高校组成联合体。",
        step=FormStep.COOPERATION,
        kinds=_CHALLENGE,
        weight=3,
    ),
    Question(
        key="support",
        label="支持方式",
        help="写明经费、场地、数据、首试首用等支持，以及成果归属。",
        step=FormStep.COOPERATION,
        kinds=_CHALLENGE,
        weight=3,
    ),
    Question(
        key="data_rules",
        label="数据与保密",
        help="写明数据能否出单位、影像如何留存、是否须签保密协议。",
        step=FormStep.ACCEPTANCE,
        kinds=EVERY_KIND,
        suggestions=("数据不出本单位", "须签订保密协议", "无特别要求"),
        weight=3,
    ),
    Question(
        key="trial",
        label="试用安排",
        help="写明能否先试用、试用多久、在哪里试，例如：可在一座站试用1个月。",
        step=FormStep.ACCEPTANCE,
        kinds=EVERY_KIND,
        weight=4,
    ),
    Question(
        key="acceptance",
        label="验收标准",
        help="写明怎样算合格，例如：连续30天巡检完成率不低于98%，漏报为零。",
        step=FormStep.ACCEPTANCE,
        kinds=EVERY_KIND,
        weight=5,
    ),
)

BY_KEY = {question.key: question for question in QUESTIONS}


def questions_for(kind: ListingKind, step: FormStep | None = None) -> tuple[Question, ...]:
    """The questions that a kind of listing is asked, on one page of the form or on all."""
    return tuple(
        question
        for question in QUESTIONS
        if kind in question.kinds and (step is None or question.step is step)
    )
