"""the freeze of a round holds every setting of its notice, the checklist too"""

from alembic import op

revision = "20261128_16"
down_revision = "20261128_15"
branch_labels = None
depends_on = None

TEXT = "selection rules are frozen once applications open"
BEFORE = (
    "quota, rule, stages, quorum_preliminary, quorum_final, pass_mark, item_pass_percent, "
    "tie_chain, publicity_days, programme, year"
)
NOW = (
    f"{BEFORE}, shortlist_size, judges_per_scene, panel_size, consortium_max, notice_text, "
    "investment_from, investment_to, needs_district_review, needs_department_opinion"
)
TABLE = "selection_round_attachment"
ROWS = (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _freeze_round(columns: str) -> None:
    head = f"CREATE TRIGGER selection_round_frozen BEFORE UPDATE OF {columns} ON selection_round "
    if _is_sqlite():
        op.execute("DROP TRIGGER selection_round_frozen")
        op.execute(f"{head}WHEN OLD.state <> 'DRAFT' BEGIN SELECT RAISE(ABORT, '{TEXT}'); END")
        return
    op.execute("DROP TRIGGER selection_round_frozen ON selection_round")
    op.execute(
        f"{head}FOR EACH ROW WHEN (OLD.state <> 'DRAFT') EXECUTE FUNCTION selection_frozen()"
    )


def upgrade() -> None:
    _freeze_round(NOW)
    if not _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {TABLE}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION selection_rule_row_frozen()"
        )
        return
    for verb, row in ROWS:
        op.execute(
            f"CREATE TRIGGER {TABLE}_frozen_{verb} BEFORE {verb} ON {TABLE} "  # noqa: S608
            f"WHEN (SELECT state FROM selection_round WHERE id = {row}.round_id) <> 'DRAFT' "
            f"BEGIN SELECT RAISE(ABORT, '{TEXT}'); END"
        )


def downgrade() -> None:
    if _is_sqlite():
        for verb, _ in ROWS:
            op.execute(f"DROP TRIGGER {TABLE}_frozen_{verb}")
    else:
        op.execute(f"DROP TRIGGER {TABLE}_frozen ON {TABLE}")
    _freeze_round(BEFORE)
