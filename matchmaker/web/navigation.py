"""The menus of the signed-in areas, by audience."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.actor import RoleName


@dataclass(frozen=True)
class NavItem:
    """One entry; ``roles`` empty means everybody of the area."""

    label: str
    endpoint: str
    roles: tuple[RoleName, ...] = ()


@dataclass(frozen=True)
class Area:
    """One audience's area."""

    label: str
    home: str
    items: tuple[NavItem, ...]


AREAS: dict[str, Area] = {}
