"""An amount in the capital numerals that a payment document carries (大写金额). Pure."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_GROUP = 10_000


def write_capital(fen: int) -> str:
    """The amount in capital numerals by 支付结算办法 附一.

    >>> write_capital(150000000)
    '壹佰伍拾万元整'
    >>> write_capital(100001)
    '壹仟元零壹分'
    """
    if not 0 <= fen < _GROUP ** len(_GROUPS) * 100:
        raise ValueError("the amount is outside what can be written")
    if fen == 0:
        return "零元整"
    yuan, rest = divmod(fen, 100)
    jiao, small = divmod(rest, 10)
    words = f"{_write_whole(yuan)}元" if yuan else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif small and yuan:
        words += "零"
    return words + (f"{_DIGITS[small]}分" if small else "整")


def _write_whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, _GROUP)
        groups.append(group)
    words, has_gap = "", False
    for position in range(len(groups) - 1, -1, -1):
        group = groups[position]
        if not group:
            has_gap = bool(words)
            continue
        if words and (has_gap or group < 1000):
            words += "零"
        words += _write_group(group) + _GROUPS[position]
        has_gap = False
    return words


def _write_group(group: int) -> str:
    words, has_gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            has_gap = bool(words)
            continue
        words += ("零" if has_gap else "") + _DIGITS[digit] + _PLACES[place]
        has_gap = False
    return words
