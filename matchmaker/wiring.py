"""What the application is made of: rooms with tables, pages, message handlers, job runners.

Adding a room or a page means adding its line here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matchmaker.accounts.demo import seed_demo_accounts
from matchmaker.config import Settings
from matchmaker.jobs.operations import Runner
from matchmaker.outbox import Handler

#: Modules with tables, imported before the database is bound.
ROOMS = (
    "matchmaker.outbox",
    "matchmaker.audit.models",
    "matchmaker.accounts.models",
    "matchmaker.jobs.models",
)

#: "module:attribute" of every blueprint.
BLUEPRINTS = (
    "matchmaker.web.public.health:bp",
    "matchmaker.web.account.views:bp",
)

#: Topic of the outbox → what listens to it.
HANDLERS: dict[str, Sequence[Handler]] = {}

#: Kind of job → what runs it.
RUNNERS: dict[str, Runner] = {}

#: What ``matchmaker seed`` loads, in order; each opens its own write transaction, may be
#: repeated, and returns counts by Chinese name.
SEEDERS: Sequence[Callable[[Settings], dict[str, int]]] = (seed_demo_accounts,)

#: What ``serve`` warms before it listens.
WARMERS: Sequence[Callable[[], None]] = ()
