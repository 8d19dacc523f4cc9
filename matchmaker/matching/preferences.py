"""Whether a person wants recommendations; without them lists are ordered by date."""

from __future__ import annotations

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.queries import find_user
from matchmaker.actor import Actor

#: Name of the preference; absent means on.
RECOMMENDATIONS = "recommendations"


def wants_recommendations(actor: Actor) -> bool:
    """False for a person who has switched recommendation off."""
    user = find_user(actor.user_id) if actor.user_id is not None else None
    return True if user is None else bool(user.preferences.get(RECOMMENDATIONS, True))


def switch_recommendations_on(actor: Actor) -> None:
    """Order lists by match again."""
    accounts.set_preference(actor, RECOMMENDATIONS, value=True)


def switch_recommendations_off(actor: Actor) -> None:
    """Order lists by date from now on."""
    accounts.set_preference(actor, RECOMMENDATIONS, value=False)
