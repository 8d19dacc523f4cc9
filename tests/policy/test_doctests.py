"""The examples in the docstrings of the room."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["amounts", "overlap", "publicity"])
def test_docstring_examples(name: str) -> None:
    module = import_module(f"matchmaker.policy.{name}")
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0
