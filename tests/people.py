"""The named people of the test world: owner, colleague, stranger, firm, judges, bureau."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from matchmaker.accounts import operations, queries, security
from matchmaker.accounts.demo import DEMO_PASSWORD
from matchmaker.accounts.models import OrganisationKind
from matchmaker.actor import COMMAND_LINE, Actor, RoleName
from matchmaker.db import write_tx

#: The same for test people and demonstration accounts.
PASSWORD = DEMO_PASSWORD


@dataclass(frozen=True)
class People:
    """Actors by their part; their address is ``<part>@test.example``."""

    owner: Actor
    colleague: Actor
    stranger: Actor
    firm: Actor
    other_firm: Actor
    judge: Actor
    conflicted_judge: Actor
    officer: Actor
    approver: Actor
    sector_reviewer: Actor
    district_reviewer: Actor
    auditor: Actor
    sysadmin: Actor


#: part → (organisation name, kind, role)
PARTS = {
    "owner": ("甲方地铁公司", OrganisationKind.OWNER, RoleName.OWNER),
    "colleague": ("甲方地铁公司", OrganisationKind.OWNER, RoleName.OWNER),
    "stranger": ("乙方医院", OrganisationKind.OWNER, RoleName.OWNER),
    "firm": ("丙方机器人公司", OrganisationKind.SUPPLIER, RoleName.SUPPLIER),
    "other_firm": ("丁方机器人公司", OrganisationKind.SUPPLIER, RoleName.SUPPLIER),
    "judge": ("戊大学", OrganisationKind.EXPERT_BODY, RoleName.JUDGE),
    "conflicted_judge": ("甲方地铁公司", OrganisationKind.OWNER, RoleName.JUDGE),
    "officer": ("市经信局", OrganisationKind.BUREAU, RoleName.OFFICER),
    "approver": ("市经信局", OrganisationKind.BUREAU, RoleName.APPROVER),
    "sector_reviewer": ("市交通运输局", OrganisationKind.BUREAU, RoleName.SECTOR_REVIEWER),
    "district_reviewer": ("上城区经信局", OrganisationKind.BUREAU, RoleName.DISTRICT_REVIEWER),
    "auditor": ("市经信局", OrganisationKind.BUREAU, RoleName.AUDITOR),
    "sysadmin": ("市经信局", OrganisationKind.BUREAU, RoleName.SYSADMIN),
}


def create_people(app: Flask) -> People:
    """Add the named people to the database."""
    actors: dict[str, Actor] = {}
    with app.app_context():
        hashed = security.make_hash(PASSWORD)
        with write_tx():
            for part, (name, kind, role) in PARTS.items():
                organisation = queries.find_organisation_by_name(
                    name
                ) or operations.create_organisation(COMMAND_LINE, kind=kind, name=name)
                user = operations.create_user(
                    COMMAND_LINE,
                    email=f"{part}@test.example",
                    password_hash=hashed,
                    name=part,
                    roles=[role],
                    organisation=organisation,
                    review_sectors=["municipal-inspection"] if part == "sector_reviewer" else [],
                    review_district="shangcheng" if part == "district_reviewer" else None,
                )
                actors[part] = queries.as_actor(user)
    return People(**actors)
