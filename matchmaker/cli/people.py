"""``matchmaker user``: accounts from the server, above all the first administrator's."""

from __future__ import annotations

import click

from matchmaker.accounts.people import rules
from matchmaker.accounts.people.rules import KIND_LABELS, PersonDraft, UnitDraft
from matchmaker.actor import COMMAND_LINE, RoleName
from matchmaker.cli.output import echo_json
from matchmaker.errors import InvalidInput


@click.group()
def user() -> None:
    """账号：开通、重置密码。"""


@user.command("add")
@click.option("--email", required=True, help="登录邮箱。")
@click.option("--name", required=True, help="姓名。")
@click.option("--unit", default="", help="单位全称；平台上已有的单位按名称或代码加入。")
@click.option("--credit-code", default="", help="单位的统一社会信用代码。")
@click.option(
    "--kind",
    type=click.Choice(list(KIND_LABELS)),
    default=None,
    help="新单位的类型，依次为场景业主、机器人企业、主管部门、高校和检测研究机构。",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in RoleName]),
    help="身份，可重复；第一位系统管理员为 sysadmin。",
)
@click.option("--sector", "sectors", multiple=True, help="行业主管部门审核人员所管领域，可重复。")
@click.option("--district", help="区县审核人员所管区县。")
@click.option("--phone", default="", help="联系电话。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def add(
    *,
    email: str,
    name: str,
    unit: str,
    credit_code: str,
    kind: str | None,
    roles: tuple[str, ...],
    sectors: tuple[str, ...],
    district: str | None,
    phone: str,
    as_json: bool,
) -> None:
    """开通账号，显示一次初始密码；首次登录时须修改。"""
    person = PersonDraft(
        email=email,
        name=name,
        phone=phone,
        roles=frozenset(RoleName(role) for role in roles),
        sectors=frozenset(_find_id("sector", word) for word in sectors),
        district=_find_id("district", district) if district else None,
    )
    draft = UnitDraft(name=unit, credit_code=credit_code, kind=kind or "")
    from matchmaker.accounts import operations
    from matchmaker.accounts.people.operations import open_account
    from matchmaker.cli.installed import open_app
    from matchmaker.db import write_tx

    password = rules.make_initial_password()
    with open_app().app_context():
        hashed = operations.prepare_password(password)
        with write_tx():
            address = open_account(COMMAND_LINE, person, draft, password_hash=hashed).email
    _tell(address, password, "已开通", as_json=as_json)


@user.command("reset-password")
@click.option("--email", required=True, help="登录邮箱。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def reset_password(*, email: str, as_json: bool) -> None:
    """重置密码，显示一次初始密码；此人的登录全部退出。"""
    from matchmaker.accounts import operations, queries
    from matchmaker.accounts.people import operations as people
    from matchmaker.cli.installed import open_app
    from matchmaker.db import write_tx

    password = rules.make_initial_password()
    with open_app().app_context():
        hashed = operations.prepare_password(password)
        with write_tx():
            found = queries.find_user_by_email(email)
            if found is None:
                raise InvalidInput("email_unknown", "没有使用这个邮箱的账号。", field="email")
            people.reset_password(COMMAND_LINE, found, password_hash=hashed)
            address = found.email
    _tell(address, password, "已重置密码", as_json=as_json)


def _find_id(kind: str, word: str) -> str:
    """The id of a sector or district by id or name; raises InvalidInput."""
    from matchmaker.catalogue.vocabulary import load_vocabulary

    vocabulary = load_vocabulary()
    terms = vocabulary.sectors if kind == "sector" else vocabulary.districts
    found = next((term.id for term in terms if word in (term.id, term.zh)), None)
    if found is None:
        raise InvalidInput(
            f"{kind}_unknown",
            "没有“{word}”，可用：{known}。",
            field=kind,
            word=word,
            known="、".join(f"{term.id} {term.zh}" for term in terms),
        )
    return found


def _tell(email: str, password: str, done: str, *, as_json: bool) -> None:
    if as_json:
        echo_json({"email": email, "initial_password": password})
        return
    click.echo(f"{done}：{email}")
    click.echo(f"初始密码：{password}")
    click.echo("此密码只显示这一次，首次登录时须修改。请当面或通过可靠渠道告知本人。")
