"""The tables of the store. Facts are append-only; what is current is derived from them.

batches → files → rows are what files said; undos, edits, reviews, mappings what people said; audit who did what.
Dates and times are ISO 8601 text in UTC; lists and dictionaries are JSON text. The tables are made by `migrations`,
not from here; a test holds the two against each other.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, Text

from lupusmon.storage.texts import AnyText

SCHEMA_VERSION = "0001"
# tables whose lines are written once and never changed; the database itself refuses
APPEND_ONLY = ("batches", "files", "rows", "undos", "edits", "reviews", "mappings", "audit")

metadata = MetaData()

# One line. data_version counts every change of what an analysis would say; audit_* is the end of the audit chain.
state = Table(
    "state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("store_id", Text, nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("audit_count", Integer, nullable=False),
    Column("audit_hash", Text, nullable=False),
)
# One import. receipt: what was said at that time (CONTRACT 4, receipt.json). options: the reading options.
batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("origin", Text, nullable=False),
    Column("source", AnyText, nullable=False),
    Column("program_version", Text, nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("mapping_name", AnyText, nullable=False),
    Column("mapping_text", AnyText, nullable=False),
    Column("mapping_sha256", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("receipt", Text, nullable=False),
)
undos = Table(
    "undos",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", AnyText, nullable=False),
)
# One table of one file (ingest.SourceTable), in reading order.
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),
    Column("name", AnyText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("n_rows", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("extra_columns", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("date_order", Text, nullable=False),
    Column("date_formats", Text, nullable=False),
    Column("decimal_comma", Boolean, nullable=False),
)
# One row of a file: cells are the texts of the file's columns but patient_id, in order, with tabs between (texts.py).
rows = Table(
    "rows",
    metadata,
    Column("file_id", ForeignKey("files.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=False),
    Column("patient_id", AnyText, nullable=False),
    Column("problem", AnyText, nullable=False),
    Column("cells", Text, nullable=False),
    Index("ix_rows_patient_id", "patient_id", "file_id"),
)
# Marks and pins: the last entry of a subject counts.
edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("patient_id", AnyText, nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("reason", AnyText, nullable=False),
)
reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("viewer", AnyText, nullable=False),
    Column("patient_id", AnyText, nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("seen", Text, nullable=False),
    Index("ix_reviews_viewer", "viewer", "patient_id"),
)
mappings = Table(
    "mappings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("source", AnyText, nullable=False, index=True),
    Column("name", AnyText, nullable=False),
    Column("text", AnyText, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", AnyText, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", AnyText, nullable=False),
    Column("old", AnyText, nullable=False),
    Column("new", AnyText, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
