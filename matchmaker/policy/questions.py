"""What the calculator asks (政策测算): who you are, what you did, and which facts that gives.

Metadata only: a page draws its form from ``ROLES`` and ``TOPICS``; ``simulate`` reads the answers.
An answer is text under its question's id, so that a filled form is a shareable address.
"""

from __future__ import annotations

from matchmaker.policy.instrument import FactKind
from matchmaker.policy.question_forms import Question, Topic, Use

YUAN = "元"
_LEVELS = (("national", "国家级"), ("provincial", "省级"))


def _yuan(id_: str, label: str, note: str = "", *, default: str | None = None) -> Question:
    return Question(id_, label, FactKind.YUAN, note, YUAN, default=default)


def _flag(id_: str, label: str, note: str = "") -> Question:
    return Question(id_, label, FactKind.FLAG, note, default="false")


def _use(instrument: str, /, **facts: str | tuple[str, ...]) -> Use:
    pairs = tuple((fact, (ids,) if isinstance(ids, str) else ids) for fact, ids in facts.items())
    return Use(instrument, pairs, _HUMANOID_ONLY if instrument.startswith("M66") else ())


#: Who may use the calculator; a page shows the topics of the roles that were ticked.
ROLES: dict[str, str] = {
    "scene_owner": "应用场景建设单位",
    "whole_robot_maker": "机器人整机制造企业",
    "component_maker": "零部件、软件企业",
    "new_project": "新增投资或创新创业项目",
    "platform_operator": "中试平台、数据训练场、开发者社区运营单位",
    "event_host": "赛事、展会主办单位",
}
_FIRMS = ("whole_robot_maker", "component_maker")

ROBOT_FORM = Question(
    "robot_form",
    "涉及的机器人",
    FactKind.WORD,
    "杭政办函〔2024〕66号只支持人形机器人；行动方案（征求意见稿）支持各类具身智能机器人。",
    words=(("humanoid", "人形机器人"), ("other", "其他具身智能机器人")),
    default="humanoid",
)
_HUMANOID_ONLY = (("robot_form", "humanoid", "这项措施只支持人形机器人。"),)
_WHOLE_MAKER_ONLY = (("is_whole_robot_maker", "true", "这项奖励只给整机制造企业。"),)

_TAX_NOTE = "按不含税金额填写。"
_EXCLUDED_NOTE = "这部分不计入实际投资。没有的填 0。"
_LINKED_NOTE = "同一实际控制人、母子公司或有重大影响的，属于有关联关系。"
_BOTH_YEARS_NOTE = "连续两个自然年，两年都要超过 1000 万元。" + _TAX_NOTE

TOPICS: tuple[Topic, ...] = (
    Topic(
        "scene",
        "建成应用场景",
        ("scene_owner",),
        (
            _yuan("scene_investment_yuan", "场景实际投入", "已付款且有发票的支出。" + _TAX_NOTE),
            _flag("scene_is_demonstration", "已评为人形机器人示范应用场景", "每年评选 5 个。"),
            _flag("scene_is_typical", "已评为具身智能机器人典型应用场景", "每年评选 10 个。"),
        ),
        (
            _use(
                "M66-6",
                investment_yuan="scene_investment_yuan",
                designated="scene_is_demonstration",
            ),
            _use("A25-3.1", investment_yuan="scene_investment_yuan", designated="scene_is_typical"),
        ),
    ),
    Topic(
        "research",
        "承担国家、省科研任务",
        _FIRMS,
        (
            _yuan("research_received_yuan", "国家、省实际到账补助资金", "只填已到账的金额。"),
            Question(
                "research_level", "科研任务级别", FactKind.WORD, words=_LEVELS, default="national"
            ),
        ),
        (
            _use("M66-2a", received_subsidy_yuan="research_received_yuan", level="research_level"),
            _use("A25-1.2", received_subsidy_yuan="research_received_yuan", level="research_level"),
        ),
    ),
    Topic(
        "special_task",
        "承担揭榜挂帅、高质量发展或未来产业先导区专项",
        _FIRMS,
        (
            _yuan("task_investment_yuan", "专项实际投资总额", "含研发投入和固定资产投资。"),
            _yuan("task_excluded_yuan", "其中土地、厂房、旧设备", _EXCLUDED_NOTE, default="0"),
            _yuan("task_received_yuan", "已获国家、省、市扶持资金", _EXCLUDED_NOTE, default="0"),
        ),
        (
            _use(
                "M66-2b",
                investment_yuan="task_investment_yuan",
                excluded_yuan="task_excluded_yuan",
                received_funds_yuan="task_received_yuan",
            ),
        ),
    ),
    Topic(
        "office",
        "需要免费办公场所",
        ("new_project",),
        (
            Question("office_area_m2", "需要的面积", FactKind.DECIMAL, unit="平方米"),
            Question("office_years", "需要的年数", FactKind.DECIMAL, unit="年"),
        ),
        (_use("M66-3", area_m2="office_area_m2", years="office_years"),),
    ),
    Topic(
        "project",
        "新增固定资产投资",
        ("new_project", *_FIRMS),
        (
            _yuan("project_investment_yuan", "项目实际投资总额", _TAX_NOTE),
            _yuan("project_excluded_yuan", "其中土地、厂房、旧设备等", _EXCLUDED_NOTE, default="0"),
            _flag("project_above_scale", "2 年内成为规上企业", "以统计部门入库证明为准。"),
            _yuan("project_loan_yuan", "为该项目取得的贷款", "没有贷款的不填。"),
            Question(
                "project_loan_years",
                "贷款实际占用年数",
                FactKind.DECIMAL,
                "不足一年的按比例填写，最多两位小数。",
                "年",
            ),
            _yuan("project_interest_paid_yuan", "以前已获这项贴息", default="0"),
        ),
        (
            _use(
                "M66-4a",
                investment_yuan="project_investment_yuan",
                excluded_yuan="project_excluded_yuan",
                above_scale_within_2_years="project_above_scale",
            ),
            _use(
                "M66-4b",
                loan_yuan="project_loan_yuan",
                investment_yuan="project_investment_yuan",
                excluded_yuan="project_excluded_yuan",
                years="project_loan_years",
                paid_before_yuan="project_interest_paid_yuan",
            ),
        ),
    ),
    Topic(
        "catalogue",
        "产品进入 500 强企业采购目录",
        _FIRMS,
        (
            _yuan("sales_year1_yuan", "第一年销售额", _BOTH_YEARS_NOTE),
            _yuan("sales_year2_yuan", "第二年销售额", _BOTH_YEARS_NOTE),
            _flag("in_catalogue", "已进入世界 500 强或中国 500 强企业采购目录"),
            _flag("buyer_is_affiliated", "与采购企业有关联关系", _LINKED_NOTE),
            _flag("catalogue_received_before", "以前领过这项一次性奖励"),
        ),
        tuple(
            _use(
                instrument,
                sales_year1_yuan="sales_year1_yuan",
                sales_year2_yuan="sales_year2_yuan",
                in_catalogue="in_catalogue",
                affiliated="buyer_is_affiliated",
                received_before="catalogue_received_before",
            )
            for instrument in ("M66-5a", "A25-2.2b")
        ),
    ),
    Topic(
        "purchases",
        "采购零部件、软件",
        _FIRMS,
        (
            _yuan("parts_purchases_yuan", "零部件年度采购量", "向非关联企业采购。" + _TAX_NOTE),
            _yuan("software_purchases_yuan", "软件年度采购量", "向非关联企业采购。" + _TAX_NOTE),
            _flag("is_whole_robot_maker", "本企业是整机制造企业"),
            _flag("supplier_is_affiliated", "与供货企业有关联关系", _LINKED_NOTE),
            _yuan("purchases_paid_this_year_yuan", "本年度已获这项奖励", default="0"),
        ),
        (
            _use(
                "M66-5b",
                purchases_yuan="parts_purchases_yuan",
                affiliated="supplier_is_affiliated",
                paid_this_year_yuan="purchases_paid_this_year_yuan",
            ),
            Use(
                "A25-2.2a",
                (
                    ("purchases_yuan", ("parts_purchases_yuan", "software_purchases_yuan")),
                    ("affiliated", ("supplier_is_affiliated",)),
                    ("paid_this_year_yuan", ("purchases_paid_this_year_yuan",)),
                ),
                _WHOLE_MAKER_ONLY,
            ),
        ),
    ),
    Topic(
        "platform",
        "建设中试验证及应用推广服务平台",
        ("platform_operator",),
        (
            _yuan("platform_investment_yuan", "平台本年度实际投入", _TAX_NOTE),
            _yuan("platform_paid_before_yuan", "以前年度已获补助", default="0"),
        ),
        (
            _use(
                "M66-7",
                investment_yuan="platform_investment_yuan",
                paid_before_yuan="platform_paid_before_yuan",
            ),
        ),
    ),
    Topic(
        "data_ground",
        "建设数据训练场",
        ("platform_operator",),
        (
            Question(
                "data_ground_level",
                "数据训练场评定级别",
                FactKind.WORD,
                words=(*_LEVELS, ("city", "市级")),
            ),
        ),
        (_use("A25-1.3a", level="data_ground_level"),),
    ),
    Topic(
        "data_purchase",
        "采购数据产品及服务",
        _FIRMS,
        (
            _yuan("data_purchases_yuan", "数据产品及服务年度采购金额", _TAX_NOTE),
            _yuan("data_paid_this_year_yuan", "本年度已获这项补助", default="0"),
        ),
        (
            _use(
                "A25-1.3b",
                purchases_yuan="data_purchases_yuan",
                paid_this_year_yuan="data_paid_this_year_yuan",
            ),
        ),
    ),
    Topic(
        "application_software",
        "开发机器人应用软件",
        ("component_maker",),
        (
            Question(
                "app_units", "软件年度应用量", FactKind.WHOLE, "须超过 1000 台（套）。", "台（套）"
            ),
            _yuan("app_benefit_yuan", "软件产生的效益", "须达到 500 万元。" + _TAX_NOTE),
            _flag("app_received_before", "该软件以前领过这项一次性奖励"),
        ),
        (
            _use(
                "A25-2.3a",
                units="app_units",
                benefit_yuan="app_benefit_yuan",
                received_before="app_received_before",
            ),
        ),
    ),
    Topic(
        "secondary_development",
        "购买整机进行深度二次开发",
        ("component_maker",),
        (
            Question(
                "robot_prices_yuan",
                "各台整机的购置成本",
                FactKind.YUAN_LIST,
                "每台一个金额，用半角逗号分开；最多计入 10 台。",
                YUAN,
            ),
            _yuan("robots_paid_before_yuan", "以前已获这项补贴", default="0"),
        ),
        (
            _use(
                "A25-2.3b",
                robot_prices_yuan="robot_prices_yuan",
                paid_before_yuan="robots_paid_before_yuan",
            ),
        ),
    ),
    Topic(
        "community",
        "运营开发者社区",
        ("platform_operator",),
        (_yuan("community_assessed_yuan", "服务绩效评价核定的补贴", "以市经信局评价结果为准。"),),
        (_use("A25-3.2", assessed_yuan="community_assessed_yuan"),),
    ),
    Topic(
        "event",
        "主办赛事、展会",
        ("event_host",),
        (
            _yuan("event_cost_yuan", "活动成本", _TAX_NOTE),
            _yuan("event_paid_this_year_yuan", "本年度已获这项支持", default="0"),
        ),
        (
            _use(
                "A25-3.3a",
                cost_yuan="event_cost_yuan",
                paid_this_year_yuan="event_paid_this_year_yuan",
            ),
        ),
    ),
    Topic(
        "prize",
        "在创新创业大赛获奖",
        ("new_project", *_FIRMS),
        (Question("prize_level", "大赛奖项级别", FactKind.WORD, words=_LEVELS),),
        (_use("A25-3.3b", level="prize_level"),),
    ),
)

#: Every question by id, the common one first.
QUESTIONS: dict[str, Question] = {ROBOT_FORM.id: ROBOT_FORM} | {
    question.id: question for topic in TOPICS for question in topic.questions
}


def instruments_asking(question_id: str) -> tuple[str, ...]:
    """The instruments that a question is needed for."""
    return tuple(
        use.instrument for topic in TOPICS for use in topic.uses if question_id in use.question_ids
    )
