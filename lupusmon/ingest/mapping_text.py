"""A mapping written as the TOML text that `ingest.mapping` reads: what the page makes, the command line can use."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Dictionary

from lupusmon.ingest.mapping import ColumnRule, Mapping, TableMapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_mapping(mapping: Mapping) -> str:
    """TOML text; read again, it is the same mapping."""
    parts = [f"name = {_text(mapping.name)}", *(_write_section(section) for section in mapping.tables)]
    return "\n\n".join(parts) + "\n"


def _write_section(section: TableMapping) -> str:
    kind = section.kind.value
    lines = [f"[{kind}]"]
    for key in ("ref_range", "date_order", "decimal", "delimiter", "encoding", "skip_lines"):
        if value := getattr(section, key):
            lines.append(f"{key} = {value if key == 'skip_lines' else _text(value)}")
    for key in ("date_formats", "fill_down"):
        if getattr(section, key):
            lines.append(f"{key} = [{', '.join(map(_text, getattr(section, key)))}]")
    columns = {ours: _write_rule(rule) for ours, rule in section.columns.items()}
    tables = [
        ("columns", columns),
        ("constants", _texts(section.constants)),
        ("tests", _texts(section.tests)),
        *((f"value_maps.{ours}", _texts(recode)) for ours, recode in section.value_maps.items()),
    ]
    for name, table in tables:
        if table:
            lines += ["", f"[{kind}.{name}]", *(f"{_key(key)} = {value}" for key, value in table.items())]
    return "\n".join(lines)


def _write_rule(rule: ColumnRule) -> str:
    if not (rule.take or rule.case):
        return _text(rule.column)
    parts = [f"{key} = {_text(value)}" for key in ("column", "take", "case") if (value := getattr(rule, key))]
    return f"{{ {', '.join(parts)} }}"


def _texts(table: Dictionary[str, str]) -> dict[str, str]:
    return {key: _text(value) for key, value in table.items()}


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
