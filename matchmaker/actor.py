"""Who acts. Every operation takes an ``Actor`` first; it is a value, not a database row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """How the acting party reached us."""

    VISITOR = "visitor"
    PERSON = "person"
    TOKEN = "token"  # noqa: S105 - a kind of actor, no secret
    JOB = "job"
    CLI = "cli"


class RoleName(StrEnum):
    """The roles of a person; the bureau's are separate by national practice (三员分立)."""

    OWNER = "owner"
    SUPPLIER = "supplier"
    JUDGE = "judge"
    OFFICER = "officer"
    APPROVER = "approver"
    SECTOR_REVIEWER = "sector_reviewer"
    DISTRICT_REVIEWER = "district_reviewer"
    AUDITOR = "auditor"
    SYSADMIN = "sysadmin"


BUREAU_ROLES = frozenset(
    {
        RoleName.OFFICER,
        RoleName.APPROVER,
        RoleName.SECTOR_REVIEWER,
        RoleName.DISTRICT_REVIEWER,
        RoleName.AUDITOR,
        RoleName.SYSADMIN,
    }
)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The acting party of one request, job or command.

    ``sectors`` and ``district`` (ids of the catalogue) bound what a reviewer may review.
    """

    kind: ActorKind
    user_id: int | None = None
    organisation_id: int | None = None
    name: str = ""
    roles: frozenset[RoleName] = frozenset()
    sectors: frozenset[str] = frozenset()
    district: str | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.kind in {ActorKind.PERSON, ActorKind.TOKEN} and self.user_id is not None

    @property
    def is_system(self) -> bool:
        """Commands and jobs of the installation itself."""
        return self.kind in {ActorKind.JOB, ActorKind.CLI}

    def has_role(self, *names: RoleName) -> bool:
        """True when the actor holds any of the roles."""
        return not self.roles.isdisjoint(names)

    @property
    def is_bureau(self) -> bool:
        return not self.roles.isdisjoint(BUREAU_ROLES)


VISITOR = Actor(kind=ActorKind.VISITOR, name="访客")
COMMAND_LINE = Actor(kind=ActorKind.CLI, name="命令行")
BACKGROUND_JOB = Actor(kind=ActorKind.JOB, name="后台任务")
