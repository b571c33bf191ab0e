"""HL7 v2 text as segments and fields: separators, escapes, physical lines. Knows nothing of medicine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_BREAK = re.compile(r"\r\n|\r|\n")
_FRAME = "\x0b\x1c"  # MLLP puts a message between these
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_HEADERS = ("MSH", "FHS", "BHS")
_USUAL = "^~\\&"
NULL = '""'  # "the value is deleted"


@dataclass(frozen=True)
class Signs:
    """The separators of a message, from its MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    part: str = "&"

    @classmethod
    def of(cls, header: str) -> Signs:
        field = header[3:4] or "|"
        given = header[4:].split(field, 1)[0]
        component, repetition, escape, part = (given + _USUAL[len(given) :])[:4]
        return cls(field, component, repetition, escape, part)

    def read(self, text: str) -> str:
        """The text that an escaped text stands for; formatting is white space, what is not known stays."""
        if self.escape not in text:
            return text.strip()
        marks = {"F": self.field, "S": self.component, "T": self.part, "R": self.repetition, "E": self.escape}
        marks |= {"H": "", "N": "", ".br": " ", ".sp": " "}
        sign = re.escape(self.escape)

        def replace_mark(match: re.Match[str]) -> str:
            mark = match[1]
            if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", mark):
                return bytes.fromhex(mark[1:]).decode("cp1252", errors="replace")
            return marks.get(mark, " " if mark.startswith(".") else match[0])

        return re.sub(rf"{sign}([^{sign}]{{1,40}}){sign}", replace_mark, text).strip()


@dataclass(frozen=True)
class Segment:
    """One segment, on physical line `line`. Numbers of fields, repetitions and components are those of the standard."""

    line: int
    name: str
    fields: tuple[str, ...]
    signs: Signs

    def raw(self, field: int) -> str:
        """A field as it stands; "" where it is absent or deleted."""
        at = field - 1 if self.name in _HEADERS else field
        text = self.fields[at] if 0 < at < len(self.fields) else ""
        return "" if text.strip() == NULL else text

    def repetitions(self, field: int) -> list[list[str]]:
        """Every repetition as its components, texts unescaped."""
        if not self.raw(field):
            return []
        parts = self.raw(field).split(self.signs.repetition)
        return [[self.signs.read(c) for c in part.split(self.signs.component)] for part in parts]

    def components(self, field: int, at_least: int = 6) -> list[str]:
        """The components of the first repetition, filled up with empty ones."""
        found = (self.repetitions(field) or [[]])[0]
        return ["" if c == NULL else c for c in found] + [""] * max(0, at_least - len(found))

    def text(self, field: int) -> str:
        """The whole field as text for people: components apart by a space."""
        return " ".join(c for part in self.repetitions(field) for c in part if c and c != NULL)

    def first(self, field: int) -> str:
        """Its first component, without sub-components."""
        return self.components(field)[0].split(self.signs.part)[0].strip()


def iterate_segments(text: str) -> Iterator[Segment]:
    """The segments of all messages. A line that starts no segment continues the one before (a broken long text)."""
    signs, current = Signs(), None
    for number, line in enumerate(_BREAK.split(text), 1):
        line = line.strip(_FRAME)
        if not line.strip():
            continue
        name = line.lstrip()[:3]
        if name in _HEADERS:
            signs = Signs.of(line.lstrip())
        starts = _SEGMENT.fullmatch(name) and (line.lstrip()[3:4] == signs.field or len(line.strip()) == 3)
        if not starts and current is not None:
            current = replace(current, fields=_join(current.fields, line, signs))
            continue
        if current is not None:
            yield current
        current = Segment(number, name, tuple(line.strip().split(signs.field)), signs) if starts else None
    if current is not None:
        yield current


def _join(fields: tuple[str, ...], line: str, signs: Signs) -> tuple[str, ...]:
    first, *rest = line.split(signs.field)
    return (*fields[:-1], f"{fields[-1]} {first}", *rest)
