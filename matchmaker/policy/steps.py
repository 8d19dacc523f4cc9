"""The lines of a calculation and the reasons of a refusal, as reward and overlap give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One line of the calculation, for redoing it by hand."""

    clause: str
    text: str
    inputs: Mapping[str, str]
    output: str

    def as_json(self) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "text": self.text,
            "inputs": dict(self.inputs),
            "output": self.output,
        }


class Reason(NamedTuple):
    """Why a case is not eligible: a stable code and a sentence."""

    code: str
    text: str
