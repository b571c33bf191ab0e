"""What an analysis hands out: the tables of the contract, as pandas frames or as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from lupusmon.tables import OUTPUTS

TYPE_CHECKING = False  # imported where a frame is made: writing files needs none
if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Analysis:
    """All output tables of one run. `analysis.results` and the others are pandas frames (CONTRACT 4).

    Dates are ISO 8601 text; not known is NA; three-valued columns are nullable booleans; whole numbers that may be
    missing are nullable integers. receipt: as receipt.json. as_of: the day the rules looked from. pins: one row a pin
    (output.pins), None where there are none.
    """

    arrow: Mapping[str, pa.Table]
    receipt: Mapping[str, object]
    as_of: date
    pins: pa.Table | None = None
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in OUTPUTS:
            raise AttributeError(name)
        if name not in self.arrow:
            raise AttributeError(f"table {name} was not asked for in this run")
        if name not in self._frames:
            self._frames[name] = to_frame(name, self.arrow[name])
        return self._frames[name]


def to_frame(name: str, table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a pandas frame, texts as `str`, with NA where not known."""
    import pandas as pd

    columns = {}
    for column, values in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(values.type):
            values = values.cast(pa.string())
        if pa.types.is_boolean(values.type):
            columns[column] = pd.array(values.to_pandas(), dtype="boolean")
        elif pa.types.is_integer(values.type) and values.null_count:
            columns[column] = values.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        else:
            columns[column] = values.to_pandas()
    return pd.DataFrame(columns)
