"""Texts in files that a spreadsheet opens: what it would run as a formula gets an apostrophe, which comes off again."""

from __future__ import annotations

import re

# signed numbers and signs alone (a "++" result) are no formulas; apostrophes before one are ours or the file's own
_FORMULA = re.compile(r"'*(?:[=@\t\r]|[+-](?![\d.,\s]*\Z)(?![-+/\s]*\Z))")


def protect(text: str) -> str:
    """The text as it may stand in a spreadsheet. `unprotect` gives back exactly this text."""
    return f"'{text}" if _FORMULA.match(text) else text


def unprotect(text: str) -> str:
    """The text that was protected: without the apostrophe where one was put, else as it stands."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
