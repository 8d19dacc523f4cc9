"""A published listing and two firms that may answer it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import time_machine
from flask import Flask

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers import choice, operations, queries
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerContent, AnswerState
from tests.demands.factories import make_published
from tests.engagement.moments import moment
from tests.people import People
from tests.suppliers.market import DOG, FIRM, make_firm, make_product

TEXT = "两台四足机器人轮班巡检，含部署和一年维护。"


@dataclasses.dataclass(frozen=True)
class Place:
    """The listing's code and deadline, the products of the firm and of the other firm."""

    app: Flask
    people: People
    code: str
    deadline: date
    product: str
    other_product: str

    def content(self, actor: Actor | None = None) -> AnswerContent:
        is_other = actor is self.people.other_firm
        return AnswerContent(
            products=(self.other_product if is_other else self.product,),
            mode="purchase",
            amount_fen=123_456_789 if is_other else 198_000_000,
            delivery_days=45,
            text=TEXT,
        )

    def answer(self, actor: Actor, *, version: int = 0, **changes: object) -> int:
        """Hand in an answer; returns its id."""
        content = dataclasses.replace(self.content(actor), **changes)  # type: ignore[arg-type]
        with self.app.app_context(), write_tx():
            listing = demands.get_listing(actor, self.code)
            return operations.submit_answer(actor, listing, content, version=version).id

    def withdraw(self, actor: Actor, answer_id: int) -> None:
        with self.app.app_context(), write_tx():
            operations.withdraw_answer(actor, queries.get_answer(actor, answer_id))

    def shortlist(self, actor: Actor, answer_id: int) -> None:
        with self.app.app_context(), write_tx():
            choice.shortlist_answer(actor, queries.get_answer(actor, answer_id))

    def give_outcomes(self, actor: Actor, chosen: set[int], reasons: dict[int, str]) -> None:
        with self.app.app_context(), write_tx():
            listing = demands.get_listing(actor, self.code)
            choice.give_outcomes(actor, listing, chosen=chosen, reasons=reasons)

    def states(self) -> dict[int, AnswerState]:
        with self.app.app_context(), read_tx():
            return {row.id: row.state for row in db.session.query(Answer).order_by(Answer.id)}

    def status(self) -> ListingStatus:
        with self.app.app_context(), read_tx():
            return demands.get_listing(self.people.owner, self.code).status

    def seen_by(self, actor: Actor) -> list[int]:
        with self.app.app_context(), read_tx():
            listing = demands.get_listing(actor, self.code)
            return [row.id for row in queries.list_answers(actor, listing)]

    @contextmanager
    def last_second(self) -> Iterator[None]:
        """The last second in which an answer may come in."""
        with time_machine.travel(moment(self.deadline, 23, 59, 59), tick=False):
            yield

    @contextmanager
    def opening(self, days: int = 0) -> Iterator[None]:
        """The first moment after the deadline, or so many days later."""
        day = self.deadline + timedelta(days=1 + days)
        with time_machine.travel(moment(day, 0, 0, 0), tick=False):
            yield


def make_place(app: Flask, people: People, **changes: object) -> Place:
    """A listing whose deadline is in ten days."""
    with app.app_context(), write_tx():
        product = make_product(people.firm).code
        other = dataclasses.replace(FIRM, legal_name="丁方机器人有限公司", short_name="丁方机器人")
        make_firm(people.other_firm, other)
        other_product = make_product(
            people.other_firm, dataclasses.replace(DOG, model="巡检二号")
        ).code
        deadline = clock.today() + timedelta(days=10)
        code = make_published(people, deadline=deadline, **changes).code
    return Place(app, people, code, deadline, product, other_product)
