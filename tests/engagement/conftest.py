"""The place of the tests of this room."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.engagement.world import Place, make_place
from tests.people import People


@pytest.fixture
def place(app: Flask, people: People) -> Place:
    """A published listing and two firms."""
    return make_place(app, people)
