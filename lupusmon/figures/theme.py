"""Colours, fonts and marks of every figure: Okabe-Ito, light and dark, readable in greyscale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

FONT = '"Source Sans", "Source Sans Pro", "Segoe UI", Helvetica, Arial, sans-serif'

# Okabe & Ito, Color Universal Design (2008)
BLUE, SKY, GREEN, YELLOW = "#0072B2", "#56B4E9", "#009E73", "#F0E442"
ORANGE, VERMILLION, PURPLE, GREY = "#E69F00", "#D55E00", "#CC79A7", "#767676"
OKABE_ITO = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)


@dataclass(frozen=True)
class Palette:
    """Inks of one theme. Every text ink has a contrast of at least 4.5 to 1 on `paper`."""

    paper: str
    ink: str
    muted: str
    grid: str
    band: str
    band_edge: str
    in_range: str
    outside: str
    unknown: str
    line: str
    target: str
    strip: str


LIGHT = Palette(
    paper="#FFFFFF",
    ink="#1B2733",
    muted="#5A6672",
    grid="#E6EAEE",
    band="rgba(0,158,115,0.11)",
    band_edge="rgba(0,110,80,0.55)",
    in_range=BLUE,
    outside="#B84A00",
    unknown="#6B6B6B",
    line="#6F97B3",
    target="#8A3B8F",
    strip="rgba(90,102,114,0.10)",
)
DARK = Palette(
    paper="#11161C",
    ink="#E8EDF2",
    muted="#A7B2BD",
    grid="#2A333D",
    band="rgba(64,200,160,0.13)",
    band_edge="rgba(110,215,180,0.6)",
    in_range=SKY,
    outside="#F08A3C",
    unknown="#B5B5B5",
    line="#5E87A3",
    target="#E0A6E4",
    strip="rgba(167,178,189,0.14)",
)
PALETTES = {"light": LIGHT, "dark": DARK}

# Status is shape first, colour second (PRODUCT 3)
SYMBOLS = {"in": "circle", "high": "triangle-up", "low": "triangle-down", "none": "diamond", "unknown": "circle"}
STATUS_WORDS = {
    "in": "inside this lab's range",
    "high": "above this lab's range",
    "low": "below this lab's range",
    "none": "no range given",
    "unknown": "range undecided",
}
VERDICT_COLOURS = {"met": BLUE, "not_met": VERMILLION, "not_assessable": ORANGE, "not_applicable": GREY}


def chart_config(file: str = "png") -> dict:
    """How Plotly behaves in the browser: nothing is sent anywhere, the camera saves `png` or `svg`."""
    return {
        "displaylogo": False,
        "showSendToCloud": False,
        "responsive": True,
        "scrollZoom": False,
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
        "toImageButtonOptions": {"format": file, "filename": "lupusmon-figure", "scale": 2},
    }


def palette(theme: str) -> Palette:
    """The inks of `light` or `dark`; anything else is light."""
    return PALETTES.get(theme, LIGHT)


def status_colour(status: str, inks: Palette) -> str:
    """Colour of a result's mark; the shape says the same."""
    if status in ("high", "low"):
        return inks.outside
    return inks.in_range if status == "in" else inks.unknown


def safe(text: object) -> str:
    """Text from a file, made harmless for Plotly's small HTML."""
    return escape(str(text), quote=False)


_TEST_NAMES = {"DSDNA": "dsDNA", "EGFR": "eGFR", "CREAT": "creatinine"}
_UNIT_TEXTS = {
    "10*9/L": "×10⁹/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "g/(24.h)": "g/24 h",
    "/[HPF]": "/HPF",
    "{titer}": "titre",
    "umol/L": "µmol/L",
    "mg/m2": "mg/m²",
    "g/m2": "g/m²",
}


def unit_text(unit: object) -> str:
    """A unit as people write it: `×10⁹/L` for UCUM's `10*9/L`."""
    return "" if unit is None or unit != unit else _UNIT_TEXTS.get(str(unit), str(unit))


def short_name(code: str) -> str:
    """The short name of a test over a panel and in a list."""
    return _TEST_NAMES.get(code, code)


def speak_units(text: str) -> str:
    """A sentence with its tests and units as people write them: `PLT 34 ×10⁹/L on …, at least 0.85 × baseline`."""
    for code, said in _TEST_NAMES.items():
        text = re.sub(rf"\b{code}\b", said, text)
    for unit, said in _UNIT_TEXTS.items():
        text = text.replace(f" {unit}", f" {said}")
    return text.replace(" x baseline", " × baseline")


def number(value: float | None) -> str:
    """A value for the eye: at most four significant digits, no exponent, no trailing zeros."""
    if value is None or value != value:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")  # a thin space: "1 200" is read the same everywhere
    text = f"{value:.4g}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if "e" in text else text


def base_layout(inks: Palette, *, height: int, title: str = "") -> dict:
    """What every figure shares. `title` is escaped here."""
    return {
        "height": height,
        "paper_bgcolor": inks.paper,
        "plot_bgcolor": inks.paper,
        "font": {"family": FONT, "size": 13, "color": inks.ink},
        "title": {
            "text": safe(title),
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 8},
            "font": {"size": 14, "color": inks.ink},
        },
        "showlegend": False,
        "margin": {"l": 64, "r": 24, "t": 40, "b": 40},
        "hoverlabel": {
            "bgcolor": inks.paper,
            "bordercolor": inks.muted,
            "align": "left",
            "font": {"family": FONT, "size": 12, "color": inks.ink},
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": inks.muted, "activecolor": inks.ink},
        "template": {"data": {}, "layout": {}},
    }


def axis(inks: Palette, **more: object) -> dict:
    """A quiet axis; `more` wins."""
    return {
        "gridcolor": inks.grid,
        "linecolor": inks.grid,
        "zeroline": False,
        "tickfont": {"size": 11, "color": inks.muted},
        "title": {"font": {"size": 12, "color": inks.muted}},
        **more,
    }


def build_empty(message: str, *, theme: str = "light", height: int = 160, title: str = "") -> dict:
    """A figure that says in words why it is empty."""
    inks = palette(theme)
    layout = base_layout(inks, height=height, title=title)
    layout |= {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "annotations": [
            {
                "text": safe(message),
                "x": 0.5,
                "y": 0.5,
                "xref": "paper",
                "yref": "paper",
                "showarrow": False,
                "font": {"size": 14, "color": inks.muted},
            }
        ],
    }
    return {"data": [{"type": "scatter", "x": [None], "y": [None], "meta": {"role": "empty"}}], "layout": layout}
