"""Marks and texts as SVG: the Plotly symbols lupusmon uses, drawn by hand."""

from __future__ import annotations

import math
from html import escape, unescape

_BOLD, _END_BOLD = "<b>", "</b>"


def px(value: float) -> str:
    """A coordinate: one decimal, no trailing zero, never `-0`."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def attributes(**values: object) -> str:
    """` name="value"` for each that is given; underscores become hyphens. Values are escaped."""
    parts = []
    for name, value in values.items():
        if value is not None:
            shown = px(value) if isinstance(value, float) else str(value)
            parts.append(f' {name.replace("_", "-")}="{escape(shown)}"')
    return "".join(parts)


def draw_mark(
    symbol: str, x: float, y: float, size: float, *, colour: str, edge: str, width: float, opacity: float, title: str
) -> str:
    """One Plotly symbol (`circle`, `triangle-up-open`, …) of a diameter; unknown symbols are circles.

    An open symbol is drawn in `colour` with nothing inside. title: the text under the pointer, empty = none.
    """
    kind = symbol.removesuffix("-open")
    open_ = symbol.endswith("-open") or kind == "x-thin"
    stroke = edge if kind == "x-thin" or not open_ else colour
    look = attributes(
        fill="#fff" if open_ and kind == "circle" and size < 9 else "none" if open_ else colour,
        stroke=stroke,
        stroke_width=float(max(width, 0.9) if open_ else width),
        opacity=None if opacity >= 1 else f"{opacity:.2g}",
    )
    shape = _OUTLINES.get(kind, _circle)(x, y, size / 2)
    hint = f"<title>{escape(title)}</title>" if title else ""
    return f"<{shape}{look}>{hint}</{shape.split(' ', 1)[0]}>" if hint else f"<{shape}{look}/>"


def _circle(x: float, y: float, r: float) -> str:
    return f"circle{attributes(cx=x, cy=y, r=r)}"


def _path(x: float, y: float, corners: list[tuple[float, float]]) -> str:
    return f'path d="M{"L".join(f"{px(x + dx)},{px(y + dy)}" for dx, dy in corners)}Z"'


def _triangle_up(x: float, y: float, r: float) -> str:
    half = r * 2 / math.sqrt(3)
    return _path(x, y, [(-half, r / 2), (half, r / 2), (0, -r)])


def _triangle_down(x: float, y: float, r: float) -> str:
    half = r * 2 / math.sqrt(3)
    return _path(x, y, [(-half, -r / 2), (half, -r / 2), (0, r)])


def _diamond(x: float, y: float, r: float) -> str:
    r *= 1.3
    return _path(x, y, [(r, 0), (0, r), (-r, 0), (0, -r)])


def _diamond_wide(x: float, y: float, r: float) -> str:
    return _path(x, y, [(1.4 * r, 0), (0, r), (-1.4 * r, 0), (0, -r)])


def _circle_x(x: float, y: float, r: float) -> str:
    """A hollow circle and the cross inside it, as one path."""
    d = r * math.sqrt(0.5)
    a, b, c, e = (px(v) for v in (x - d, x + d, y - d, y + d))
    round_ = f"M{px(x - r)},{px(y)}a{px(r)},{px(r)} 0 1 0 {px(2 * r)},0a{px(r)},{px(r)} 0 1 0 {px(-2 * r)},0"
    return f'path d="{round_}M{a},{c}L{b},{e}M{a},{e}L{b},{c}"'


def _square(x: float, y: float, r: float) -> str:
    return _path(x, y, [(-r, -r), (r, -r), (r, r), (-r, r)])


def _octagon(x: float, y: float, r: float) -> str:
    a, b = r * 0.924, r * 0.383
    return _path(x, y, [(-b, -a), (b, -a), (a, -b), (a, b), (b, a), (-b, a), (-a, b), (-a, -b)])


def _star(x: float, y: float, r: float) -> str:
    r *= 1.4
    radii = [r, r * 0.382] * 5
    angles = [math.radians(-90 + 36 * i) for i in range(10)]
    return _path(x, y, [(radius * math.cos(a), radius * math.sin(a)) for radius, a in zip(radii, angles, strict=True)])


def _cross(x: float, y: float, r: float) -> str:
    a, b, c, d = (px(v) for v in (x - r, x + r, y - r, y + r))
    return f'path d="M{a},{c}L{b},{d}M{a},{d}L{b},{c}"'


_OUTLINES = {
    "circle": _circle,
    "triangle-up": _triangle_up,
    "triangle-down": _triangle_down,
    "diamond": _diamond,
    "square": _square,
    "octagon": _octagon,
    "star": _star,
    "x-thin": _cross,
    "diamond-wide": _diamond_wide,
    "circle-x": _circle_x,
}


def draw_caret(x: float, y: float, *, down: bool, colour: str) -> str:
    """The little arrow under or over a censored mark: the true value lies that way."""
    sign = 1 if down else -1
    corners = [(-2.0, sign * 4.2), (2.0, sign * 4.2), (0.0, sign * 7.2)]
    return f"<{_path(x, y, corners)}{attributes(fill=colour)}/>"


def draw_text(text: str, x: float, y: float, *, size: float, colour: str, anchor: str = "start", halo: str = "") -> str:
    """A line of text; `<b>` is kept, everything else that looks like markup is shown as it stands.

    y: the base line. anchor: start, middle or end. halo: a colour around the letters, so that lines do not cross them.
    """
    look = attributes(
        x=float(x), y=float(y), font_size=f"{size:.3g}", fill=colour, text_anchor=None if anchor == "start" else anchor
    )
    if halo:
        look += attributes(paint_order="stroke", stroke=halo, stroke_width="2.5", stroke_linejoin="round")
    return f"<text{look}>{_spans(text)}</text>"


def _spans(text: str) -> str:
    out, bold = [], False
    for part in text.replace(_END_BOLD, _BOLD).split(_BOLD):
        shown = escape(unescape(part).replace("  ", "\u00a0 "), quote=False)
        out.append(f'<tspan font-weight="600">{shown}</tspan>' if bold and shown else shown)
        bold = not bold
    return "".join(out)
