"""The words of evidence: numbers, days, grades and items as a physician writes them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lupusmon.analysis.answers import UNKNOWN, YES
from lupusmon.clean import GRADES

ITEM_NAMES = {
    "low_complement": "low complement",
    "increased_dna_binding": "anti-dsDNA raised",
    "proteinuria": "proteinuria",
    "thrombocytopenia": "low platelets",
}


def iso_day(days: np.ndarray) -> list[str]:
    """Days since 1970 as ISO dates."""
    return np.asarray(days).astype("datetime64[D]").astype(str).tolist()


def number_text(value: float) -> str:
    """At most 6 significant digits, the precision of every comparison; no exponent below a million."""
    return f"{value:.6g}"


def interval_texts(lo: np.ndarray, hi: np.ndarray, lo_open: np.ndarray, hi_open: np.ndarray) -> list[str]:
    """`< 10`, `> 300` or the number; empty where unknown."""
    out = []
    for a, b, above, below in zip(lo.tolist(), hi.tolist(), lo_open.tolist(), hi_open.tolist(), strict=True):
        if a != a:
            out.append("")
        elif below:
            out.append(f"< {number_text(b)}")
        elif above:
            out.append(f"> {number_text(a)}")
        else:
            out.append(number_text(a))
    return out


def grades_text(systems: tuple[str, ...], before: np.ndarray, now: np.ndarray) -> list[str]:
    """`renal B to D, haematological A/B to D; musculoskeletal not graded`; several possible grades as `A/B`.

    Systems without activity before and now are left out, unless there is nothing else to say.
    """
    words = np.array([_grade_set(i) for i in range(32)], dtype=object)
    out = []
    for old, new in zip(words[before].tolist(), words[now].tolist(), strict=True):
        graded = [(s, a, b) for s, a, b in zip(systems, old, new, strict=True) if (a, b) != ("?", "?")]
        shown = [(s, a, b) for s, a, b in graded if {a, b} - {"D", "E"}] or graded[:1]
        missing = len(systems) - len(graded)
        text = ", ".join(f"{s} {a} to {b}" for s, a, b in shown)
        tail = f"{missing} of {len(systems)} systems not graded" if missing else ""
        out.append("; ".join(part for part in (text, tail) if part))
    return out


def items_text(items: Mapping[str, np.ndarray]) -> list[str]:
    """`proteinuria yes, low complement not known …` for every row."""
    word = {int(YES): "yes", int(UNKNOWN): "not known", 0: "no"}
    columns = [[f"{ITEM_NAMES[name]} {word[a]}" for a in items[name].tolist()] for name in ITEM_NAMES]
    return [", ".join(parts) for parts in zip(*columns, strict=True)]


def _grade_set(bits: int) -> str:
    letters = [g for i, g in enumerate(GRADES) if bits >> i & 1]
    return "?" if len(letters) >= 4 else "/".join(letters)
