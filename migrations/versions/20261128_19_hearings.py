"""the order of a hearing, and its record of questions and answers"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_19"
down_revision = "20261128_18"
branch_labels = None
depends_on = None

HEARING, ENTRY = "selection_hearing", "selection_hearing_entry"
TEXT = "the record of a hearing is frozen once the scores are locked"
STATE = (
    "(SELECT r.state FROM selection_round r JOIN selection_application a ON a.round_id = r.id "
    "WHERE a.id = {row}) IN ('RANKED', 'PUBLICITY', 'CONFIRMED')"
)
ROWS = (("INSERT", "NEW", " AND NEW.reason = ''"), ("UPDATE", "OLD", ""), ("DELETE", "OLD", ""))


def upgrade() -> None:
    op.create_table(
        HEARING,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "order_kind",
            sa.Enum("CODE", "DRAWN", "STATED", name="orderkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("draws >= 0", name=op.f("ck_selection_hearing_draws_not_negative")),
        sa.CheckConstraint(
            "order_kind <> 'DRAWN' or seed <> ''",
            name=op.f("ck_selection_hearing_drawn_with_seed"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_hearing_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_hearing")),
        sa.UniqueConstraint("round_id", name=op.f("uq_selection_hearing_round_id")),
    )
    op.create_table(
        ENTRY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "corrects_id is null or reason <> ''",
            name=op.f("ck_selection_hearing_entry_correction_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_hearing_entry_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["selection_hearing_entry.id"],
            name=op.f("fk_selection_hearing_entry_corrects_id_selection_hearing_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["selection_panel_member.id"],
            name=op.f("fk_selection_hearing_entry_member_id_selection_panel_member"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_hearing_entry_written_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_hearing_entry")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_selection_hearing_entry_corrects_id")),
    )
    op.create_index(
        op.f("ix_selection_hearing_entry_application_id"), ENTRY, ["application_id"], unique=False
    )
    _freeze()


def _freeze() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb, row, more in ROWS:
            state = STATE.format(row=f"{row}.application_id")
            op.execute(
                f"CREATE TRIGGER selection_hearing_frozen_{verb} BEFORE {verb} ON {ENTRY} "
                f"WHEN {state}{more} BEGIN SELECT RAISE(ABORT, '{TEXT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION selection_hearing_frozen() RETURNS trigger AS $$ DECLARE k integer; "
        "BEGIN IF TG_OP = 'INSERT' THEN k := NEW.application_id; "
        "ELSE k := OLD.application_id; END IF; "
        f"IF {STATE.format(row='k')} AND (TG_OP <> 'INSERT' OR NEW.reason = '') THEN "
        f"RAISE EXCEPTION '{TEXT}'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER selection_hearing_frozen BEFORE INSERT OR UPDATE OR DELETE ON {ENTRY} "
        "FOR EACH ROW EXECUTE FUNCTION selection_hearing_frozen()"
    )


def downgrade() -> None:
    op.drop_table(ENTRY)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION selection_hearing_frozen()")
    op.drop_table(HEARING)
