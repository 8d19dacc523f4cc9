"""Says in Chinese what is wrong with a command line that cannot be read, and where its help is."""

from __future__ import annotations

import re

import click
from click import exceptions

_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)")


def describe_usage(error: click.ClickException) -> str:
    """What is wrong, and the command whose help tells more."""
    told = _fault(error).removesuffix("。")
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return f"{told}。可加 --help 查看用法。"
    return f"{told}。用法见 {context.command_path} --help。"


def _fault(error: click.ClickException) -> str:
    if isinstance(error, exceptions.NoSuchCommand):
        return f"没有命令“{error.command_name}”{_alike(error.possibilities)}"
    if isinstance(error, exceptions.NoSuchOption):
        return f"没有选项“{error.option_name}”{_alike(error.possibilities)}"
    if isinstance(error, exceptions.BadOptionUsage):
        return f"{error.option_name} 后面缺少取值"
    if isinstance(error, exceptions.MissingParameter):
        return f"缺少 {_name(error.param)}"
    if isinstance(error, exceptions.BadParameter):
        return f"{_name(error.param)} 的取值有误：{_remedy(error)}"
    extra = _EXTRA.fullmatch(error.message)
    return f"多余的内容“{extra[1]}”" if extra else f"命令写法有误：{error.format_message()}"


def _alike(names: list[str] | None) -> str:
    return f"，相近的有 {'、'.join(names)}" if names else ""


def _name(parameter: click.Parameter | None) -> str:
    """The long option, or the placeholder of an argument."""
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name


def _remedy(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return f"请从 {'、'.join(str(choice) for choice in kind.choices)} 中选一个"
    if isinstance(kind, click.IntRange):
        return f"请填写 {kind.min} 至 {kind.max} 的整数"
    if isinstance(kind, click.Path):
        return "请检查路径"
    return error.message
