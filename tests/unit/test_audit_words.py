"""A line of the audit trail in words."""

from lupusmon.storage import AuditLine
from lupusmon.ui.audit_words import describe_change


def test_the_counts_of_an_import_come_before_its_files_however_many() -> None:
    files = ", ".join(f"labs_{n}.csv (sha256 {n:064d})" for n in range(40))
    fields = {"id": 1, "at": "2026-10-02T10:00:00", "who": "local", "action": "import", "subject": "import 1"}
    new = f"{files}: 90 read, 88 accepted, 2 rejected"
    said = describe_change(AuditLine(**fields, old="", new=new, previous="", hash=""))
    assert said[0] == "" and said[1].startswith("90 read, 88 accepted, 2 rejected; labs_0.csv (sha256 000000000000…), ")
