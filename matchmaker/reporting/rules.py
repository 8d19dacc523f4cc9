"""What is checked every night, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

#: Each invariant with what holds; docs/results.md says where it stands and how it is found.
CODE_LABELS: Mapping[str, str] = {
    "M1": "核定金额不超过规定的比例和上限",
    "M2": "同一项目不重复享受奖补",
    "M3": "名单、核定、拨付和台账前后一致",
    "Q1": "命名数量不超过名额",
    "C1": "应回避评委的评分不计入结果",
    "C2": "回避认定没有删除或改动",
    "L1": "锁定的评分和评选规则没有改动",
    "A1": "每次状态变化都有一条办理记录",
    "A2": "办理记录链完整",
    "D1": "核定回执可以逐字节复算",
}
CODES = tuple(CODE_LABELS)
