"""The first schema: facts, undos, edits, reviews, mappings, audit; append-only tables guarded by triggers.

Its table definitions are frozen: a later change of models.py is a new version, not an edit here.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_APPEND_ONLY = ("batches", "files", "rows", "undos", "edits", "reviews", "mappings", "audit")
_FIRST_HASH = "0" * 64


def upgrade() -> None:
    """Makes every table, empty, and the one line of `state`."""
    _make_facts()
    _make_sayings()
    op.create_table(
        "state",
        _number("id", primary_key=True),
        _text("store_id"),
        _number("data_version"),
        _number("audit_count"),
        _text("audit_hash"),
    )
    state = sa.table("state", *map(sa.column, ("id", "store_id", "data_version", "audit_count", "audit_hash")))
    op.execute(
        sa.insert(state).values(id=1, store_id=uuid.uuid4().hex, data_version=0, audit_count=0, audit_hash=_FIRST_HASH)
    )
    for table in _APPEND_ONLY:
        _guard(table)


def _make_facts() -> None:
    texts = ("origin", "source", "program_version", "rules_version", "mapping_name", "mapping_text", "mapping_sha256")
    op.create_table(
        "batches",
        _number("id", primary_key=True),
        _text("at"),
        _text("who"),
        *map(_text, texts),
        _text("options"),
        _text("receipt"),
    )
    op.create_table("undos", _link("batch_id", "batches.id", primary_key=True), _text("at"), _text("who"))
    op.create_table(
        "files",
        _number("id", primary_key=True),
        _link("batch_id", "batches.id", index=True),
        _text("name"),
        _text("kind"),
        _text("sha256", index=True),
        _number("n_rows"),
        *map(_text, ("columns", "extra_columns", "notes", "date_order", "date_formats")),
        sa.Column("decimal_comma", sa.Boolean, nullable=False),
    )
    op.create_table(
        "rows",
        _link("file_id", "files.id", primary_key=True),
        _number("position", primary_key=True),
        _number("line"),
        *map(_text, ("patient_id", "problem", "cells")),
    )
    op.create_index("ix_rows_patient_id", "rows", ["patient_id", "file_id"])


def _make_sayings() -> None:
    op.create_table(
        "edits",
        _number("id", primary_key=True),
        *map(_text, ("at", "who", "kind")),
        sa.Column("active", sa.Boolean, nullable=False),
        _text("patient_id", index=True),
        *map(_text, ("subject", "detail", "reason")),
    )
    op.create_table(
        "reviews",
        _number("id", primary_key=True),
        *map(_text, ("at", "viewer", "patient_id")),
        _number("data_version"),
        _text("seen"),
    )
    op.create_index("ix_reviews_viewer", "reviews", ["viewer", "patient_id"])
    op.create_table(
        "mappings",
        _number("id", primary_key=True),
        *map(_text, ("at", "who")),
        _text("source", index=True),
        *map(_text, ("name", "text")),
    )
    names = ("at", "who", "action", "subject", "old", "new", "previous", "hash")
    op.create_table("audit", _number("id", primary_key=True), *map(_text, names))


def _text(name: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, **options)


def _number(name: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False, autoincrement=False, **options)


def _link(name: str, target: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=False, autoincrement=False, **options)


def _guard(table: str) -> None:
    """The database refuses to change or delete a line."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION lupusmon_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION lupusmon_append_only()"
    )
