"""What is kept: files' rows, imports, decisions, reviews and the audit trail, on SQLite or PostgreSQL."""

from lupusmon.storage.audit import AuditFilter, AuditLine, write_audit_csv
from lupusmon.storage.batches import Batch, HowRead
from lupusmon.storage.edits import Edit, EditKind
from lupusmon.storage.privacy import Identifying, find_identifying
from lupusmon.storage.remembered import Review, SavedMapping
from lupusmon.storage.repository import Store, StoreMoved, View, name_version
from lupusmon.storage.troubles import NewerSchema, NoStore, StoreTrouble
from lupusmon.storage.twins import possible_duplicates

__all__ = [
    "AuditFilter",
    "AuditLine",
    "Batch",
    "Edit",
    "EditKind",
    "HowRead",
    "Identifying",
    "NewerSchema",
    "NoStore",
    "Review",
    "SavedMapping",
    "Store",
    "StoreMoved",
    "StoreTrouble",
    "View",
    "find_identifying",
    "name_version",
    "possible_duplicates",
    "write_audit_csv",
]
