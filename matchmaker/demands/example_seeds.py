"""Examples of the other kinds and of each stage of review, acted out by the demo accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.seed_rows import Row, read_id, read_ids, read_json
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations
from matchmaker.demands.attachments import operations as attachments
from matchmaker.demands.content import ListingContent
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.reviews import operations as reviews
from matchmaker.demands.rules import ListingKind
from matchmaker.demands.templates import read_requirements
from matchmaker.errors import InvalidInput
from matchmaker.files.demonstration import keep_document, keep_picture
from matchmaker.paths import SEEDS

OFFICER = "officer@demo.example"
_FEN_PER_WAN = 1_000_000


@dataclass(frozen=True)
class Example:
    """A listing, who writes it, and what then happens to it."""

    owner: str
    acts: tuple[str, ...]
    content: ListingContent
    note: str
    #: The day of all acts, so that a past call has something to list.
    days_ago: int


def seed_examples(settings: Settings) -> dict[str, int]:
    """Add the examples that are missing; none in production, where nobody could act them out."""
    if settings.production:
        return {"示例需求": 0}
    note, examples = load_examples(load_vocabulary())
    with read_tx():
        titles = set(db.session.scalars(select(DemandListing.title)))
    missing = [example for example in examples if example.content.title not in titles]
    if missing:
        with write_tx():
            for example in missing:
                _act_out(example, note)
    return {"示例需求": len(examples)}


def _act_out(example: Example, facts_note: str) -> None:
    owner, officer = _actor(example.owner), _actor(OFFICER)
    with clock.demonstrate(clock.now() - timedelta(days=example.days_ago)):
        listing = operations.create_draft(owner, example.content)
        listing.is_demo, listing.facts_note = True, facts_note
        for act in example.acts:
            _ACTS[act](owner, officer, listing, example.note)


def _actor(email: str) -> Actor:
    user = find_user_by_email(email)
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {email}，请先装入演示账号。", email=email)
    return as_actor(user)


def _attach(owner: Actor, _officer: Actor, listing: DemandListing, _note: str) -> None:
    files = [keep_document(f"{listing.title}作业说明"), keep_picture(f"{listing.title}现场照片")]
    attachments.add_attachments(owner, listing, files)


_Act = Callable[[Actor, Actor, DemandListing, str], object]
_ACTS: dict[str, _Act] = {
    "attach": _attach,
    "submit": lambda owner, _, row, __: lifecycle.submit(owner, row),
    "approve": lambda _, officer, row, __: reviews.approve(officer, row),
    "rectify": lambda _, officer, row, note: reviews.request_rectification(
        officer, row, note=note, due_on=clock.today() + timedelta(days=14)
    ),
    "return": lambda _, officer, row, note: reviews.return_listing(officer, row, note=note),
    "withdraw": lambda owner, _, row, note: lifecycle.withdraw(owner, row, note=note),
    "give_up": lambda owner, _, row, note: lifecycle.close_unmet(owner, row, note=note),
}


def load_examples(vocabulary: Vocabulary) -> tuple[str, tuple[Example, ...]]:
    """The note on all examples and the examples; raises InvalidInput for anything malformed."""
    top = read_json(SEEDS / "market" / "examples.json")
    note = top.text("note")
    examples = tuple(_read(row, vocabulary) for row in top.rows("examples", "title"))
    top.close()
    return note, examples


def _read(row: Row, vocabulary: Vocabulary) -> Example:
    low_fen, high_fen = _read_budget(row)
    content = ListingContent(
        kind=ListingKind(row.text("kind")),
        title=row.text("title"),
        sector=read_id(row, "sector", vocabulary.sectors),
        district=read_id(row, "district", vocabulary.districts),
        owner_kind=read_id(row, "owner_kind", vocabulary.owner_kinds),
        tasks=read_ids(row, "tasks", vocabulary.tasks),
        pain_point=str(row.take("pain_point")),
        description=row.text("description"),
        quantity=row.take("quantity"),
        modes=read_ids(row, "modes", vocabulary.modes),
        deadline=clock.today() + timedelta(days=row.whole("deadline_in_days")),
        facts=dict(row.take("facts")),
        budget_low_fen=low_fen,
        budget_high_fen=high_fen,
        requirements=read_requirements(row, vocabulary),
    )
    example = Example(
        owner=row.text("owner"),
        acts=row.texts("acts"),
        content=content,
        note=str(row.take("note")),
        days_ago=row.whole("days_ago"),
    )
    row.close()
    if unknown := set(example.acts) - set(_ACTS):
        row.refuse("acts", f"中的“{'、'.join(sorted(unknown))}”不是可办理的步骤")
    return example


def _read_budget(row: Row) -> tuple[int | None, int | None]:
    bounds = row.texts("budget_wan")
    if not bounds:
        return None, None
    try:
        low, high = (int(Decimal(text) * _FEN_PER_WAN) for text in bounds)
    except (InvalidOperation, ValueError):
        row.refuse("budget_wan", "须为空，或以万元计的最低、最高两个金额")
    return low, high
