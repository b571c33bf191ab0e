"""One file on its way to a reader."""

from __future__ import annotations

from dataclasses import dataclass

from lupusmon.ingest.mapping import Mapping
from lupusmon.ingest.settle import Conventions
from lupusmon.ingest.source import ReadOptions


@dataclass(frozen=True)
class Incoming:
    """file: its name for receipts. data: its bytes, unpacked where its format is not. sha256: of the bytes
    received; "" where the reader finds it.
    """

    file: str
    data: bytes
    sha256: str
    options: ReadOptions
    mapping: Mapping | None = None
    notes: tuple[str, ...] = ()

    def conventions(self, *, date_order: str | None = None, decimal: str | None = None) -> Conventions:
        """What was said about the file; else what its format fixes; None = find out."""
        return Conventions(self.options.date_order or date_order, self.options.decimal or decimal, self.options.source)
