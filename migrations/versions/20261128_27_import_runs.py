"""confirmed imports, stored in the background"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_27"
down_revision = "20261128_26"
branch_labels = None
depends_on = None

RUN, ROW = "import_run", "imported_row"
STATES = ("WAITING", "RUNNING", "DONE", "STOPPED", "CLOSED")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        RUN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="importstate", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_stored", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("touched_at", moment, nullable=False),
        sa.Column("finished_at", moment, nullable=True),
        sa.CheckConstraint(
            "rows_stored >= 0 AND rows_stored <= rows_total",
            name=op.f("ck_import_run_progress"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("token", name=op.f("uq_import_run_token")),
    )
    for column in ("kind", "state", "created_by"):
        op.create_index(op.f(f"ix_import_run_{column}"), RUN, [column])
    op.create_table(
        ROW,
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum("MADE", "CHANGED", name="act", native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_imported_row_run_id_import_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "row", name=op.f("pk_imported_row")),
    )


def downgrade() -> None:
    op.drop_table(ROW)
    for column in ("kind", "state", "created_by"):
        op.drop_index(op.f(f"ix_import_run_{column}"), table_name=RUN)
    op.drop_table(RUN)
