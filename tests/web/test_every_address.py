"""Every address of the site, found by following links, asked for by every kind of person.

What a person is shown a link to answers; what belongs to another audience or another's desk is
refused; no address fails; every page that the site has is reached by somebody. Unsafe addresses
refuse visitors and strangers and change nothing. A new page is covered once a link leads to it.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from matchmaker.accounts.demo import DEMO_PASSWORD
from matchmaker.db import db
from tests.web.get_forms import list_form_addresses

VISITOR = "visitor"
#: Demonstration accounts, one of each kind; the second owner and firm are each other's strangers.
PEOPLE = {
    VISITOR: None,
    "owner": "owner@demo.example",
    "other owner": "hospital@demo.example",
    "firm": "firm@demo.example",
    "other firm": "firm2@demo.example",
    "firm without a profile": "firm3@demo.example",
    "judge": "judge1@demo.example",
    "test centre": "judge2@demo.example",
    "officer": "officer@demo.example",
    "department": "transport@demo.example",
    "district": "district@demo.example",
    "auditor": "auditor@demo.example",
    "administrator": "admin@demo.example",
}
#: Areas by prefix and who may enter them, the first of each for them all where one is enough.
AREAS = {
    "/owner": ("owner", "other owner"),
    "/supplier/": ("firm", "other firm", "firm without a profile"),
    "/judge": ("judge", "test centre"),
    "/bureau": ("officer", "department", "district", "auditor", "administrator"),
}
#: One of each audience: they look at the public pages too, and try every other area.
WANDERERS = (VISITOR, *(members[0] for members in AREAS.values()))
#: Of each page, how many addresses a person asks for, and how many where a page is not found.
PER_ENDPOINT, AT_MOST = 1, 10
REFUSALS = {302, 403, 404}
LINK = re.compile(r'(?:href|hx-get)="(/[^"]*)"')
POSTED = re.compile(r'<form[^>]*method="post"[^>]*action="(/[^"]*)"|hx-post="(/[^"]*)"')
#: Pages that no link of the seeded site leads to, each with the reason.
UNLINKED = {
    "bureau_agenda.progress": "asked for by the event's page while a plan is being made",
    "owner_deals.deploy": "offered after a deal without an answer; the seeds have none",
    "bureau_resolutions.new": "offered once all scores of a final are in; the seeds' final goes on",
    "selection.objection": "offered while a list is published; no list of the seeds is just now",
    "stop_mail.confirm": "linked in mails, with a token",
    "health.healthz": "asked by machines",
    "health.readyz": "asked by machines",
    **dict.fromkeys(
        (
            "owner_demand_import.run",
            "bureau_demand_import.run",
            "supplier_product_import.run",
            "bureau_product_import.run",
            "bureau_expert_import.run",
            "bureau_award_import.run",
        ),
        "where the confirmation of a table leads; the seeds confirm none",
    ),
}
#: Tables that a refused request may write: the trail of refusals.
TRAIL = {"audit_entry", "sent_form"}


class Site:
    """The seeded application, its endpoints and everybody's signed-in client."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.adapter = app.url_map.bind("localhost")
        self.clients: dict[str, FlaskClient] = {}
        #: Endpoints of files to download; one person's look at the file is enough.
        self.downloads: set[str] = set()

    def client(self, person: str) -> FlaskClient:
        if person not in self.clients:
            client = self.clients[person] = self.app.test_client()
            email = PEOPLE[person]
            if email:
                answer = client.post("/login", data={"email": email, "password": DEMO_PASSWORD})
                assert answer.status_code == 302
        return self.clients[person]

    def endpoint(self, address: str, method: str = "GET") -> str:
        try:
            return str(self.adapter.match(urlsplit(address).path, method=method)[0])
        except HTTPException:
            return address

    def pages(self) -> set[str]:
        return {
            rule.endpoint
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or set()) and rule.endpoint != "static"
        }

    def path(self, endpoint: str) -> str:
        """The pattern of the page's address."""
        return next(iter(self.app.url_map.iter_rules(endpoint))).rule


class Walk:
    """What one person saw: addresses asked for, and those offered to them."""

    def __init__(self, site: Site, person: str) -> None:
        self.site, self.person = site, person
        self.status: dict[str, int] = {}
        self.unsafe: dict[str, str] = {}
        self.seen: dict[str, int] = defaultdict(int)
        self.reached: set[str] = set()
        #: Addresses that were offered beyond what is asked for, by endpoint.
        self.left: dict[str, list[str]] = defaultdict(list)

    def follow(self, addresses: Iterable[str]) -> None:
        """Ask for the addresses and for what they offer, page by page."""
        queue = deque(addresses)
        while queue:
            address = queue.popleft()
            endpoint = self.site.endpoint(address)
            if address in self.status or endpoint == "static" or not self._is_mine(address):
                continue
            if self.seen[endpoint] >= PER_ENDPOINT or endpoint in self.site.downloads:
                self.left[endpoint].append(address)
                continue
            queue.extend(self.ask(address, endpoint))

    def ask(self, address: str, endpoint: str) -> list[str]:
        """The addresses that the page at this address offers."""
        self.seen[endpoint] += 1
        answer = self.site.client(self.person).get(address)
        self.status[address] = answer.status_code
        if answer.status_code < 400:
            self.reached.add(endpoint)
        if answer.status_code == 302:
            return [answer.location] if answer.location.startswith("/") else []
        if answer.status_code != 200 or answer.mimetype != "text/html":
            self.site.downloads.add(endpoint)
            answer.close()
            return []
        page = answer.get_data(as_text=True)
        for target in (html.unescape(a or b) for a, b in POSTED.findall(page)):
            self.unsafe.setdefault(self.site.endpoint(target, "POST"), target)
        links = [html.unescape(link).split("#")[0] for link in LINK.findall(page)]
        return links + list_form_addresses(page, address)

    def search(self, missing: set[str], prefixes: tuple[str, ...]) -> None:
        """Ask for more addresses below the prefixes, until what nobody has found yet is found."""
        for turn in range(AT_MOST):
            for endpoint in list(self.left):
                if not missing - self.reached:
                    return
                for address in _spread(self.left[endpoint])[turn : turn + 1]:
                    is_new = address not in self.status and address.startswith(prefixes)
                    if is_new and (endpoint not in self.site.downloads or endpoint in missing):
                        self.follow(self.ask(address, endpoint))

    def _is_mine(self, address: str) -> bool:
        is_area = address.startswith((*AREAS, "/account"))
        return self.person in WANDERERS or is_area or not self.status


def _spread(addresses: list[str]) -> list[str]:
    """At most ``AT_MOST`` of them, from the whole list."""
    different = list(dict.fromkeys(addresses))
    step = max(1, len(different) // AT_MOST)
    return different[::step][:AT_MOST]


@pytest.mark.timeout(600)
def test_every_address_answers_those_it_is_meant_for(seeded_app: Flask) -> None:
    site = Site(seeded_app)
    walks = {person: Walk(site, person) for person in PEOPLE}
    for walk in walks.values():
        walk.follow(["/"])
    _search_further(site, walks)
    _check_no_dead_links(walks)
    _check_every_page_is_reached(site, walks)
    _check_others_are_refused(site, walks)
    _check_unsafe_addresses(site, walks)


def _search_further(site: Site, walks: dict[str, Walk]) -> None:
    """Look for pages that nobody has found: near them first, then wherever their people go."""
    for width in (3, 2):
        for person, walk in walks.items():
            missing = _find_missing(site, walks)
            mine = {page for page in missing if person in _find_members(site.path(page))}
            prefixes = {"/".join(site.path(page).split("/")[:width]) for page in mine}
            if width == 2 and mine:
                prefixes = {"/"}
            walk.search(mine, tuple(prefixes))


def _find_members(path: str) -> tuple[str, ...]:
    """Who is offered a page: the people of its area, or whoever looks at public pages."""
    return next((who for area, who in AREAS.items() if path.startswith(area)), WANDERERS)


def _find_missing(site: Site, walks: dict[str, Walk]) -> set[str]:
    reached = set().union(*(walk.reached for walk in walks.values()))
    return site.pages() - reached - UNLINKED.keys()


def _check_no_dead_links(walks: dict[str, Walk]) -> None:
    faults = [
        (person, address, status)
        for person, walk in walks.items()
        for address, status in walk.status.items()
        if status not in {200, 302}
    ]
    assert not faults, f"links that lead nowhere: {faults}"


def _check_every_page_is_reached(site: Site, walks: dict[str, Walk]) -> None:
    faults = sorted(_find_missing(site, walks))
    assert not faults, f"pages that no link leads to: {faults}"
    linked = UNLINKED.keys() & set().union(*(walk.reached for walk in walks.values()))
    assert not linked, f"these are linked now; take them off the list: {linked}"


def _one_of_each(site: Site, walks: dict[str, Walk], prefix: str) -> Iterator[str]:
    """One address of each page of an area."""
    known: set[str] = set()
    for person in AREAS[prefix]:
        for address in walks[person].status:
            endpoint = site.endpoint(address)
            if address.startswith(prefix) and endpoint not in known:
                known.add(endpoint)
                yield address


def _check_others_are_refused(site: Site, walks: dict[str, Walk]) -> None:
    """Each page of an area, asked for by other audiences and by strangers of the same one."""
    faults = []
    for prefix, members in AREAS.items():
        for address in _one_of_each(site, walks, prefix):
            for person in WANDERERS:
                if person in members:
                    continue
                status = site.client(person).get(address).status_code
                if status not in REFUSALS:
                    faults.append((person, address, status))
            for person in members[1:]:
                status = walks[person].status.get(address)
                status = status or site.client(person).get(address).status_code
                if status >= 500:
                    faults.append((person, address, status))
    assert not faults, f"addresses that should have been refused: {faults}"


def _check_unsafe_addresses(site: Site, walks: dict[str, Walk]) -> None:
    """Whoever is of another audience changes nothing, whatever address they send to."""
    before = _content(site.app)
    faults = []
    for prefix, members in AREAS.items():
        offered = {
            endpoint: address
            for person in members
            for endpoint, address in walks[person].unsafe.items()
            if address.startswith(prefix)
        }
        for endpoint, address in offered.items():
            for other in set(WANDERERS) - set(members):
                status = site.client(other).post(address).status_code
                if status < 300 or status >= 500:
                    faults.append((other, endpoint, address, status))
    assert not faults, f"unsafe addresses that did not refuse: {faults}"
    after = _content(site.app)
    changed = [name for name in before if before[name] != after[name]]
    assert not changed, f"tables changed by refused requests: {changed}"


def _content(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the trail."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
            for table in db.metadata.sorted_tables
            if table.name not in TRAIL
        }
