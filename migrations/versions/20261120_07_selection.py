"""rounds, applications, panels, scores, results, objections"""

import sqlalchemy as sa
from alembic import op

revision = "20261120_07"
down_revision = "20261120_06"
branch_labels = None
depends_on = None

#: Statements that the models do not know, by dialect.
WALLS = {
    "sqlite": [
        "CREATE TRIGGER selection_round_frozen BEFORE UPDATE OF quota, rule, stages, quorum_preliminary, quorum_final, pass_mark, item_pass_percent, tie_chain, publicity_days, programme, year ON selection_round WHEN OLD.state <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_criterion_frozen_INSERT BEFORE INSERT ON selection_criterion WHEN (SELECT state FROM selection_round WHERE id = NEW.round_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_criterion_frozen_UPDATE BEFORE UPDATE ON selection_criterion WHEN (SELECT state FROM selection_round WHERE id = OLD.round_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_criterion_frozen_DELETE BEFORE DELETE ON selection_criterion WHEN (SELECT state FROM selection_round WHERE id = OLD.round_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_gate_frozen_INSERT BEFORE INSERT ON selection_gate WHEN (SELECT state FROM selection_round WHERE id = NEW.round_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_gate_frozen_UPDATE BEFORE UPDATE ON selection_gate WHEN (SELECT state FROM selection_round WHERE id = OLD.round_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_gate_frozen_DELETE BEFORE DELETE ON selection_gate WHEN (SELECT state FROM selection_round WHERE id = OLD.round_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'selection rules are frozen once applications open'); END",
        "CREATE TRIGGER selection_sheet_locked BEFORE UPDATE ON selection_score_sheet WHEN OLD.state <> 'DRAFT' AND (NEW.state NOT IN ('SUPERSEDED', 'VOID') OR NEW.assignment_id IS NOT OLD.assignment_id OR NEW.version IS NOT OLD.version OR NEW.revision_number IS NOT OLD.revision_number OR NEW.note IS NOT OLD.note OR NEW.submitted_at IS NOT OLD.submitted_at) BEGIN SELECT RAISE(ABORT, 'a submitted score is locked'); END",
        "CREATE TRIGGER selection_sheet_kept BEFORE DELETE ON selection_score_sheet WHEN OLD.state <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'a submitted score is locked'); END",
        "CREATE TRIGGER selection_line_locked_INSERT BEFORE INSERT ON selection_score_line WHEN (SELECT state FROM selection_score_sheet WHERE id = NEW.sheet_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'a submitted score is locked'); END",
        "CREATE TRIGGER selection_line_locked_UPDATE BEFORE UPDATE ON selection_score_line WHEN (SELECT state FROM selection_score_sheet WHERE id = OLD.sheet_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'a submitted score is locked'); END",
        "CREATE TRIGGER selection_line_locked_DELETE BEFORE DELETE ON selection_score_line WHEN (SELECT state FROM selection_score_sheet WHERE id = OLD.sheet_id) <> 'DRAFT' BEGIN SELECT RAISE(ABORT, 'a submitted score is locked'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION selection_frozen() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'selection rules are frozen once applications open'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_round_frozen BEFORE UPDATE OF quota, rule, stages, quorum_preliminary, quorum_final, pass_mark, item_pass_percent, tie_chain, publicity_days, programme, year ON selection_round FOR EACH ROW WHEN (OLD.state <> 'DRAFT') EXECUTE FUNCTION selection_frozen()",
        "CREATE FUNCTION selection_rule_row_frozen() RETURNS trigger AS $$ DECLARE r integer; BEGIN IF TG_OP = 'INSERT' THEN r := NEW.round_id; ELSE r := OLD.round_id; END IF; IF (SELECT state FROM selection_round WHERE id = r) <> 'DRAFT' THEN RAISE EXCEPTION 'selection rules are frozen once applications open'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_criterion_frozen BEFORE INSERT OR UPDATE OR DELETE ON selection_criterion FOR EACH ROW EXECUTE FUNCTION selection_rule_row_frozen()",
        "CREATE TRIGGER selection_gate_frozen BEFORE INSERT OR UPDATE OR DELETE ON selection_gate FOR EACH ROW EXECUTE FUNCTION selection_rule_row_frozen()",
        "CREATE FUNCTION selection_sheet_locked() RETURNS trigger AS $$ BEGIN IF OLD.state <> 'DRAFT' AND (TG_OP = 'DELETE' OR NEW.state NOT IN ('SUPERSEDED', 'VOID') OR (NEW.assignment_id, NEW.version, NEW.revision_number, NEW.note, NEW.submitted_at) IS DISTINCT FROM (OLD.assignment_id, OLD.version, OLD.revision_number, OLD.note, OLD.submitted_at)) THEN RAISE EXCEPTION 'a submitted score is locked'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_sheet_locked BEFORE UPDATE OR DELETE ON selection_score_sheet FOR EACH ROW EXECUTE FUNCTION selection_sheet_locked()",
        "CREATE FUNCTION selection_line_locked() RETURNS trigger AS $$ DECLARE s integer; BEGIN IF TG_OP = 'INSERT' THEN s := NEW.sheet_id; ELSE s := OLD.sheet_id; END IF; IF (SELECT state FROM selection_score_sheet WHERE id = s) <> 'DRAFT' THEN RAISE EXCEPTION 'a submitted score is locked'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER selection_line_locked BEFORE INSERT OR UPDATE OR DELETE ON selection_score_line FOR EACH ROW EXECUTE FUNCTION selection_line_locked()",
    ],
}
WALLS_DOWN = {
    "sqlite": [],
    "postgresql": [
        "DROP FUNCTION IF EXISTS selection_frozen() CASCADE",
        "DROP FUNCTION IF EXISTS selection_rule_row_frozen() CASCADE",
        "DROP FUNCTION IF EXISTS selection_sheet_locked() CASCADE",
        "DROP FUNCTION IF EXISTS selection_line_locked() CASCADE",
    ],
}


def upgrade() -> None:
    op.create_table(
        "selection_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("notice_text", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "OPEN",
                "REVIEW",
                "PRELIMINARY",
                "SHORTLIST",
                "FINAL",
                "RANKED",
                "PUBLICITY",
                "CONFIRMED",
                "CANCELLED",
                name="roundstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            sa.Enum("TRIMMED", "MEAN", name="scorerule", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("stages", sa.Integer(), nullable=False),
        sa.Column("judges_per_scene", sa.Integer(), nullable=False),
        sa.Column("panel_size", sa.Integer(), nullable=False),
        sa.Column("quorum_preliminary", sa.Integer(), nullable=False),
        sa.Column("quorum_final", sa.Integer(), nullable=False),
        sa.Column("shortlist_size", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=True),
        sa.Column("item_pass_percent", sa.Integer(), nullable=False),
        sa.Column("consortium_max", sa.Integer(), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("tie_chain", sa.JSON(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("investment_from", sa.String(length=10), nullable=False),
        sa.Column("investment_to", sa.String(length=10), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lot_commitment", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quota >= 1", name=op.f("ck_selection_round_quota_positive")),
        sa.CheckConstraint("stages in (1, 2)", name=op.f("ck_selection_round_stages_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_round")),
        sa.UniqueConstraint("code", name=op.f("uq_selection_round_code")),
        sa.UniqueConstraint("programme", "year", name=op.f("uq_selection_round_programme_year")),
    )
    with op.batch_alter_table("selection_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_round_programme"), ["programme"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_round_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_selection_round_year"), ["year"], unique=False)

    op.create_table(
        "selection_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("inspection_points", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("anchors", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "weight between 1 and 100", name=op.f("ck_selection_criterion_weight_range")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_criterion_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_criterion")),
        sa.UniqueConstraint("round_id", "name", name=op.f("uq_selection_criterion_round_id_name")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_selection_criterion_round_id_position")
        ),
    )
    with op.batch_alter_table("selection_criterion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_criterion_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "selection_gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_gate_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_gate")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_selection_gate_round_id_position")
        ),
    )
    with op.batch_alter_table("selection_gate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_selection_gate_round_id"), ["round_id"], unique=False)

    op.create_table(
        "selection_round_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_round_attachment_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_round_attachment")),
        sa.UniqueConstraint(
            "round_id", "position", name=op.f("uq_selection_round_attachment_round_id_position")
        ),
    )
    with op.batch_alter_table("selection_round_attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_round_attachment_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "selection_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("demand_code", sa.String(length=40), nullable=True),
        sa.Column("applicant_organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=True),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "RECTIFYING",
                "QUALIFIED",
                "REJECTED",
                "SHORTLISTED",
                "NOT_SHORTLISTED",
                "DESIGNATED",
                "NOT_DESIGNATED",
                "WITHDRAWN",
                name="applicationstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("working_content", sa.JSON(), nullable=False),
        sa.Column("save_number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rectify_note", sa.Text(), nullable=False),
        sa.Column("rectify_due_on", sa.Date(), nullable=True),
        sa.Column("rectify_count", sa.Integer(), nullable=False),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("avoid_request", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("is_calibration", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_selection_application_applicant_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_application_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_application_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_application")),
        sa.UniqueConstraint("code", name=op.f("uq_selection_application_code")),
        sa.UniqueConstraint(
            "round_id",
            "demand_code",
            "applicant_organisation_id",
            name=op.f("uq_selection_application_round_id_demand_code_applicant_organisation_id"),
        ),
    )
    with op.batch_alter_table("selection_application", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_application_applicant_organisation_id"),
            ["applicant_organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_selection_application_demand_code"), ["demand_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_application_district"), ["district"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_application_round_id"), ["round_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_application_sector"), ["sector"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_application_state"), ["state"], unique=False)

    op.create_table(
        "selection_expert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("employer", sa.String(length=120), nullable=False),
        sa.Column("employer_credit_code", sa.String(length=18), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("other_units", sa.JSON(), nullable=False),
        sa.Column("other_credit_codes", sa.JSON(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_selection_expert_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_selection_expert_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_expert")),
        sa.UniqueConstraint("user_id", name=op.f("uq_selection_expert_user_id")),
    )
    with op.batch_alter_table("selection_expert", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_expert_employer_credit_code"),
            ["employer_credit_code"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_selection_expert_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "selection_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "CALIBRATION", "PRELIMINARY", "FINAL", name="stage", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "PUBLICITY",
                "CONFIRMED",
                "SUPERSEDED",
                name="resultstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("rule_sha256", sa.String(length=64), nullable=False),
        sa.Column("package_version", sa.String(length=40), nullable=False),
        sa.Column("lot", sa.String(length=200), nullable=True),
        sa.Column("ballots", sa.JSON(), nullable=False),
        sa.Column("judges", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_by_id", sa.Integer(), nullable=True),
        sa.Column("publicity_from", sa.Date(), nullable=True),
        sa.Column("publicity_to", sa.Date(), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["computed_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_result_computed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_result_confirmed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_result_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_result")),
        sa.UniqueConstraint(
            "round_id", "stage", "version", name=op.f("uq_selection_result_round_id_stage_version")
        ),
    )
    with op.batch_alter_table("selection_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_result_notice_id"), ["notice_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_result_round_id"), ["round_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_result_state"), ["state"], unique=False)

    op.create_table(
        "selection_application_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_application_attachment_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"],
            ["selection_round_attachment.id"],
            name=op.f(
                "fk_selection_application_attachment_checklist_id_selection_round_attachment"
            ),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_application_attachment")),
        sa.UniqueConstraint(
            "application_id",
            "checklist_id",
            name=op.f("uq_selection_application_attachment_application_id_checklist_id"),
        ),
    )
    with op.batch_alter_table("selection_application_attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_application_attachment_application_id"),
            ["application_id"],
            unique=False,
        )

    op.create_table(
        "selection_application_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("investment_fen", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_application_revision_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_application_revision_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_application_revision")),
        sa.UniqueConstraint(
            "application_id",
            "number",
            name=op.f("uq_selection_application_revision_application_id_number"),
        ),
    )
    with op.batch_alter_table("selection_application_revision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_application_revision_application_id"),
            ["application_id"],
            unique=False,
        )

    op.create_table(
        "selection_consortium_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("OWNER", "SUPPLIER", name="side", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("supplier_id", sa.String(length=40), nullable=True),
        sa.Column("product_ids", sa.JSON(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_consortium_member_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_selection_consortium_member_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_consortium_member")),
        sa.UniqueConstraint(
            "application_id",
            "name",
            name=op.f("uq_selection_consortium_member_application_id_name"),
        ),
    )
    with op.batch_alter_table("selection_consortium_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_consortium_member_application_id"),
            ["application_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_selection_consortium_member_credit_code"), ["credit_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_consortium_member_organisation_id"),
            ["organisation_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_selection_consortium_member_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "selection_designation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("designated_on", sa.Date(), nullable=False),
        sa.Column("declared_investment_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_designation_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["selection_result.id"],
            name=op.f("fk_selection_designation_result_id_selection_result"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_designation_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_designation")),
        sa.UniqueConstraint("application_id", name=op.f("uq_selection_designation_application_id")),
        sa.UniqueConstraint("number", name=op.f("uq_selection_designation_number")),
    )
    with op.batch_alter_table("selection_designation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_designation_result_id"), ["result_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_designation_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "selection_gate_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("gate_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_gate_decision_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_gate_decision_decided_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["gate_id"],
            ["selection_gate.id"],
            name=op.f("fk_selection_gate_decision_gate_id_selection_gate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_gate_decision")),
        sa.UniqueConstraint(
            "application_id",
            "gate_id",
            name=op.f("uq_selection_gate_decision_application_id_gate_id"),
        ),
    )
    with op.batch_alter_table("selection_gate_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_gate_decision_application_id"),
            ["application_id"],
            unique=False,
        )

    op.create_table(
        "selection_inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("inspectors", sa.String(length=200), nullable=False),
        sa.Column("units_seen", sa.Integer(), nullable=False),
        sa.Column("running_hours", sa.String(length=40), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "score between 0 and 10000", name=op.f("ck_selection_inspection_score_range")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_inspection_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_inspection_recorded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_inspection")),
        sa.UniqueConstraint("application_id", name=op.f("uq_selection_inspection_application_id")),
    )
    with op.batch_alter_table("selection_inspection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_inspection_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "selection_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "FILED",
                "ACCEPTED",
                "DECLINED",
                "UPHELD",
                "DISMISSED",
                name="objectionstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_objection_answered_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_objection_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["handled_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_objection_handled_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["selection_result.id"],
            name=op.f("fk_selection_objection_result_id_selection_result"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_objection")),
        sa.UniqueConstraint("receipt", name=op.f("uq_selection_objection_receipt")),
    )
    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_objection_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_objection_result_id"), ["result_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_objection_state"), ["state"], unique=False)

    op.create_table(
        "selection_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("DISTRICT", "DEPARTMENT", name="opinionkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("recommends", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_opinion_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_opinion_given_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_opinion")),
        sa.UniqueConstraint(
            "application_id", "kind", name=op.f("uq_selection_opinion_application_id_kind")
        ),
    )
    with op.batch_alter_table("selection_opinion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_opinion_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "selection_panel_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("CHAIR", "MEMBER", "RESERVE", name="memberrole", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["expert_id"],
            ["selection_expert.id"],
            name=op.f("fk_selection_panel_member_expert_id_selection_expert"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_panel_member_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_panel_member")),
        sa.UniqueConstraint(
            "round_id", "expert_id", name=op.f("uq_selection_panel_member_round_id_expert_id")
        ),
    )
    with op.batch_alter_table("selection_panel_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_panel_member_expert_id"), ["expert_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_panel_member_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "selection_presentation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "minutes between 5 and 120", name=op.f("ck_selection_presentation_minutes_range")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_presentation_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_presentation_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_presentation")),
        sa.UniqueConstraint(
            "application_id", name=op.f("uq_selection_presentation_application_id")
        ),
        sa.UniqueConstraint(
            "round_id",
            "starts_at",
            "place",
            name=op.f("uq_selection_presentation_round_id_starts_at_place"),
        ),
    )
    with op.batch_alter_table("selection_presentation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_presentation_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_presentation_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "selection_result_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("official", sa.String(length=10), nullable=True),
        sa.Column("official_exact", sa.String(length=60), nullable=True),
        sa.Column("valid_scores", sa.Integer(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=True),
        sa.Column("reserve", sa.Boolean(), nullable=False),
        sa.Column("tie_broken_by", sa.String(length=20), nullable=True),
        sa.Column("below_quorum", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_result_entry_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["selection_result.id"],
            name=op.f("fk_selection_result_entry_result_id_selection_result"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_result_entry")),
        sa.UniqueConstraint(
            "result_id",
            "application_id",
            name=op.f("uq_selection_result_entry_result_id_application_id"),
        ),
    )
    with op.batch_alter_table("selection_result_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_result_entry_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_result_entry_result_id"), ["result_id"], unique=False
        )

    op.create_table(
        "selection_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "CALIBRATION", "PRELIMINARY", "FINAL", name="stage", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_assignment_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["selection_panel_member.id"],
            name=op.f("fk_selection_assignment_member_id_selection_panel_member"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["selection_round.id"],
            name=op.f("fk_selection_assignment_round_id_selection_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_assignment")),
        sa.UniqueConstraint(
            "application_id",
            "member_id",
            "stage",
            name=op.f("uq_selection_assignment_application_id_member_id_stage"),
        ),
    )
    with op.batch_alter_table("selection_assignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_assignment_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_assignment_member_id"), ["member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_assignment_round_id"), ["round_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_assignment_stage"), ["stage"], unique=False)

    op.create_table(
        "selection_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "DECLARED",
                "DETECTED",
                "APPLICANT",
                name="conflictsource",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "CONFIRMED",
                "REJECTED",
                name="conflictstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["selection_application.id"],
            name=op.f("fk_selection_conflict_application_id_selection_application"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_conflict_decided_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["selection_panel_member.id"],
            name=op.f("fk_selection_conflict_member_id_selection_panel_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_conflict")),
        sa.UniqueConstraint(
            "application_id",
            "member_id",
            "source",
            name=op.f("uq_selection_conflict_application_id_member_id_source"),
        ),
    )
    with op.batch_alter_table("selection_conflict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_conflict_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_conflict_member_id"), ["member_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_conflict_state"), ["state"], unique=False)

    op.create_table(
        "selection_score_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "SUPERSEDED",
                "VOID",
                name="sheetstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_selection_score_sheet_version_positive")),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["selection_assignment.id"],
            name=op.f("fk_selection_score_sheet_assignment_id_selection_assignment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_score_sheet")),
        sa.UniqueConstraint(
            "assignment_id", "version", name=op.f("uq_selection_score_sheet_assignment_id_version")
        ),
    )
    with op.batch_alter_table("selection_score_sheet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_score_sheet_assignment_id"), ["assignment_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_selection_score_sheet_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_selection_score_sheet_live",
            ["assignment_id", "state"],
            unique=True,
            sqlite_where=sa.text("state in ('DRAFT', 'SUBMITTED')"),
            postgresql_where=sa.text("state in ('DRAFT', 'SUBMITTED')"),
        )

    op.create_table(
        "selection_reopen_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING", "GRANTED", "REFUSED", name="reopenstate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_reopen_request_decided_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"],
            ["user_account.id"],
            name=op.f("fk_selection_reopen_request_requested_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["selection_score_sheet.id"],
            name=op.f("fk_selection_reopen_request_sheet_id_selection_score_sheet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_reopen_request")),
    )
    with op.batch_alter_table("selection_reopen_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_reopen_request_sheet_id"), ["sheet_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_reopen_request_state"), ["state"], unique=False
        )

    op.create_table(
        "selection_score_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "score is null or score between 0 and 10000",
            name=op.f("ck_selection_score_line_score_range"),
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["selection_criterion.id"],
            name=op.f("fk_selection_score_line_criterion_id_selection_criterion"),
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["selection_score_sheet.id"],
            name=op.f("fk_selection_score_line_sheet_id_selection_score_sheet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_score_line")),
        sa.UniqueConstraint(
            "sheet_id", "criterion_id", name=op.f("uq_selection_score_line_sheet_id_criterion_id")
        ),
    )
    with op.batch_alter_table("selection_score_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_score_line_criterion_id"), ["criterion_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_selection_score_line_sheet_id"), ["sheet_id"], unique=False
        )

    op.create_table(
        "selection_score_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["selection_score_sheet.id"],
            name=op.f("fk_selection_score_question_sheet_id_selection_score_sheet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_score_question")),
        sa.UniqueConstraint(
            "sheet_id", "kind", name=op.f("uq_selection_score_question_sheet_id_kind")
        ),
    )
    with op.batch_alter_table("selection_score_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_selection_score_question_sheet_id"), ["sheet_id"], unique=False
        )

    for statement in WALLS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in WALLS_DOWN[op.get_bind().dialect.name]:
        op.execute(statement)
    with op.batch_alter_table("selection_score_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_score_question_sheet_id"))

    op.drop_table("selection_score_question")
    with op.batch_alter_table("selection_score_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_score_line_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_selection_score_line_criterion_id"))

    op.drop_table("selection_score_line")
    with op.batch_alter_table("selection_reopen_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_reopen_request_state"))
        batch_op.drop_index(batch_op.f("ix_selection_reopen_request_sheet_id"))

    op.drop_table("selection_reopen_request")
    with op.batch_alter_table("selection_score_sheet", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_selection_score_sheet_live",
            sqlite_where=sa.text("state in ('DRAFT', 'SUBMITTED')"),
            postgresql_where=sa.text("state in ('DRAFT', 'SUBMITTED')"),
        )
        batch_op.drop_index(batch_op.f("ix_selection_score_sheet_state"))
        batch_op.drop_index(batch_op.f("ix_selection_score_sheet_assignment_id"))

    op.drop_table("selection_score_sheet")
    with op.batch_alter_table("selection_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_conflict_state"))
        batch_op.drop_index(batch_op.f("ix_selection_conflict_member_id"))
        batch_op.drop_index(batch_op.f("ix_selection_conflict_application_id"))

    op.drop_table("selection_conflict")
    with op.batch_alter_table("selection_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_assignment_stage"))
        batch_op.drop_index(batch_op.f("ix_selection_assignment_round_id"))
        batch_op.drop_index(batch_op.f("ix_selection_assignment_member_id"))
        batch_op.drop_index(batch_op.f("ix_selection_assignment_application_id"))

    op.drop_table("selection_assignment")
    with op.batch_alter_table("selection_result_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_result_entry_result_id"))
        batch_op.drop_index(batch_op.f("ix_selection_result_entry_application_id"))

    op.drop_table("selection_result_entry")
    with op.batch_alter_table("selection_presentation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_presentation_round_id"))
        batch_op.drop_index(batch_op.f("ix_selection_presentation_application_id"))

    op.drop_table("selection_presentation")
    with op.batch_alter_table("selection_panel_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_panel_member_round_id"))
        batch_op.drop_index(batch_op.f("ix_selection_panel_member_expert_id"))

    op.drop_table("selection_panel_member")
    with op.batch_alter_table("selection_opinion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_opinion_application_id"))

    op.drop_table("selection_opinion")
    with op.batch_alter_table("selection_objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_objection_state"))
        batch_op.drop_index(batch_op.f("ix_selection_objection_result_id"))
        batch_op.drop_index(batch_op.f("ix_selection_objection_application_id"))

    op.drop_table("selection_objection")
    with op.batch_alter_table("selection_inspection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_inspection_application_id"))

    op.drop_table("selection_inspection")
    with op.batch_alter_table("selection_gate_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_gate_decision_application_id"))

    op.drop_table("selection_gate_decision")
    with op.batch_alter_table("selection_designation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_designation_round_id"))
        batch_op.drop_index(batch_op.f("ix_selection_designation_result_id"))

    op.drop_table("selection_designation")
    with op.batch_alter_table("selection_consortium_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_consortium_member_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_selection_consortium_member_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_selection_consortium_member_credit_code"))
        batch_op.drop_index(batch_op.f("ix_selection_consortium_member_application_id"))

    op.drop_table("selection_consortium_member")
    with op.batch_alter_table("selection_application_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_application_revision_application_id"))

    op.drop_table("selection_application_revision")
    with op.batch_alter_table("selection_application_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_application_attachment_application_id"))

    op.drop_table("selection_application_attachment")
    with op.batch_alter_table("selection_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_result_state"))
        batch_op.drop_index(batch_op.f("ix_selection_result_round_id"))
        batch_op.drop_index(batch_op.f("ix_selection_result_notice_id"))

    op.drop_table("selection_result")
    with op.batch_alter_table("selection_expert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_expert_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_selection_expert_employer_credit_code"))

    op.drop_table("selection_expert")
    with op.batch_alter_table("selection_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_application_state"))
        batch_op.drop_index(batch_op.f("ix_selection_application_sector"))
        batch_op.drop_index(batch_op.f("ix_selection_application_round_id"))
        batch_op.drop_index(batch_op.f("ix_selection_application_district"))
        batch_op.drop_index(batch_op.f("ix_selection_application_demand_code"))
        batch_op.drop_index(batch_op.f("ix_selection_application_applicant_organisation_id"))

    op.drop_table("selection_application")
    with op.batch_alter_table("selection_round_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_round_attachment_round_id"))

    op.drop_table("selection_round_attachment")
    with op.batch_alter_table("selection_gate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_gate_round_id"))

    op.drop_table("selection_gate")
    with op.batch_alter_table("selection_criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_criterion_round_id"))

    op.drop_table("selection_criterion")
    with op.batch_alter_table("selection_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_selection_round_year"))
        batch_op.drop_index(batch_op.f("ix_selection_round_state"))
        batch_op.drop_index(batch_op.f("ix_selection_round_programme"))

    op.drop_table("selection_round")
