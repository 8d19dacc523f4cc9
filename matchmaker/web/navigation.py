"""The menus of the signed-in areas, by audience."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.actor import RoleName
from matchmaker.reporting.permissions import CHECK_ROLES


@dataclass(frozen=True)
class NavItem:
    """One entry; ``roles`` empty means everybody of the area."""

    label: str
    endpoint: str
    roles: tuple[RoleName, ...] = ()
    #: Pages beside the entry's own that belong to it.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Area:
    """One audience's area."""

    label: str
    home: str
    items: tuple[NavItem, ...]


#: Who keeps the market in order and who looks over their shoulder.
MARKET_ROLES = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)

#: Who sees drafts of notices.
PUBLISHING_ROLES = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)

#: Who keeps accounts and who looks over their shoulder.
ACCOUNT_ROLES = (RoleName.SYSADMIN, RoleName.AUDITOR)

#: Who handles rewards.
MONEY_ROLES = (RoleName.OFFICER, RoleName.APPROVER, RoleName.AUDITOR)

#: One entry for everybody: the inbox, and what is subscribed to.
NOTICES = NavItem("通知和订阅", "account_notices.index", also=("account_searches.index",))

AREAS: dict[str, Area] = {
    "owner": Area(
        "场景业主",
        "owner_home.index",
        (
            NavItem("我的工作台", "owner_home.index"),
            NavItem("我的需求", "owner_demands.index"),
            NavItem("对接会", "owner_events.index"),
            NavItem("我的申报", "owner_applications.index"),
            NavItem("奖补申领", "owner_claims.index"),
            NavItem("成效跟踪", "owner_followups.index"),
            NavItem("样板间和体验中心", "owner_showrooms.index"),
            NOTICES,
        ),
    ),
    "bureau": Area(
        "市级部门和区县",
        "bureau_home.index",
        (
            NavItem("工作台", "bureau_home.index"),
            NavItem("需求审核", "bureau_demands.index"),
            NavItem("征集与清单", "bureau_campaigns.index"),
            NavItem("对接会", "bureau_events.index", MARKET_ROLES),
            NavItem("企业认领", "bureau_suppliers.claims", MARKET_ROLES),
            NavItem("能力核验", "bureau_suppliers.verifications", MARKET_ROLES),
            NavItem("培育库与项目库", "bureau_library.firms"),
            NavItem("采购目录推荐", "bureau_procurement.index"),
            NavItem("年度评选", "bureau_selection.index"),
            NavItem("公告管理", "bureau_notices.index", PUBLISHING_ROLES),
            NavItem("奖补办理", "bureau_claims.index", MONEY_ROLES),
            NavItem("奖补预算", "bureau_budget.index", MONEY_ROLES),
            NavItem("奖补台账", "bureau_awards.index", MONEY_ROLES),
            NavItem("政策印发登记", "bureau_policies.index", MONEY_ROLES),
            NavItem("节假日安排", "bureau_holidays.index", MONEY_ROLES),
            NavItem("成效跟踪", "bureau_followups.index", MONEY_ROLES),
            NavItem("推荐上报", "bureau_nominations.index", MONEY_ROLES),
            NavItem("匹配曝光报告", "bureau_matching.exposure", MARKET_ROLES),
            NavItem("匹配记录", "bureau_runs.index", MARKET_ROLES),
            NavItem("账号管理", "bureau_accounts.index", ACCOUNT_ROLES),
            NavItem("开通账号申请", "bureau_account_requests.index", ACCOUNT_ROLES),
            NavItem("每夜数据核对", "bureau_checks.index", CHECK_ROLES),
            NOTICES,
        ),
    ),
    "supplier": Area(
        "机器人企业",
        "supplier_home.index",
        (
            NavItem("我的工作台", "supplier_home.index"),
            NavItem("企业资料", "supplier_profile.edit"),
            NavItem("产品管理", "supplier_products.index"),
            NavItem("适合的需求", "supplier_matches.index"),
            NavItem("我的应答", "supplier_engagement.index"),
            NavItem("对接会", "supplier_events.index"),
            NavItem("评选申报", "supplier_applications.index"),
            NavItem("证书与核验", "supplier_proofs.index"),
            NavItem("案例与方案", "supplier_showcase.index"),
            NavItem("接单条件", "supplier_wishes.edit"),
            NavItem("采购目录推荐", "supplier_procurement.index"),
            NavItem("奖补申领", "supplier_reward_claims.index"),
            NavItem("成效跟踪", "supplier_followups.index"),
            NavItem("样板间和体验中心", "supplier_showrooms.index"),
            NavItem("认领企业资料", "supplier_claims.index"),
            NOTICES,
        ),
    ),
    "judge": Area(
        "评审专家",
        "judge.index",
        (
            NavItem("我的评审", "judge.index"),
            NavItem("能力核验", "judge_verifications.index"),
            NavItem("采购目录推荐", "judge_procurement.index"),
            NOTICES,
        ),
    ),
}
