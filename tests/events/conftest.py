"""The event of the tests of this room."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.events.world import Fair, make_fair
from tests.people import People


@pytest.fixture
def fair(app: Flask, people: People) -> Fair:
    """A published event that takes registrations."""
    return make_fair(app, people)
