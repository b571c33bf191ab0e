"""A unit text made plain: mojibake, superscripts, look-alike and Cyrillic letters, stray quotes and brackets."""

from __future__ import annotations

import html
import re
import unicodedata

_MOJIBAKE = (
    ("-¦", "u"),  # µ in UTF-8 shown in code page 437, best fit
    ("┬╡", "u"),
    ("╬╝", "u"),
    ("Âµ", "u"),
    ("Î¼", "u"),
    ("Ã—", "x"),
    ("Â²", "^2"),
    ("Â³", "^3"),
    ("Â·", "*"),
    ("Â", ""),
    ("\ufffd", "u"),  # µ is the one sign beyond ASCII that stands before a unit
    ("\\/", "/"),
)
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_PLAIN_DIGITS = str.maketrans(_SUPERSCRIPTS, "0123456789-+")
_SIGNS = str.maketrans(
    {
        "μ": "u",
        "Μ": "u",  # capital mu is what upper-casing makes of "µ"
        "×": "x",
        **dict.fromkeys("∗·∙⋅•", "*"),
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("∕⁄÷\\", "/"),
        **dict.fromkeys("’‘´`′", "'"),
        **dict.fromkeys("“”„«»", '"'),
    }
)
_CYRILLIC_SOUND = str.maketrans("агдеиклмнопрстухцчыьвб", "agdeiklmnoprstuhcсy'vb".replace("с", "h"))
_CYRILLIC_LOOK = str.maketrans("авеікмнопрстухАВЕІКМНОРСТУХ", "abeikmhonpctyxABEIKMHOPCTYX")
_CLOSING = {"(": ")", "[": "]", '"': '"', "'": "'", "<": ">"}


def clean_unit(text: str) -> str:
    """The text in plain letters and signs, `^` before what was raised, single spaces; case is kept."""
    text = html.unescape(text)
    text = re.sub(r"<sup>\s*([-+−\d]+)\s*</sup>", r"^\1", text, flags=re.IGNORECASE)
    for broken, whole in _MOJIBAKE:
        text = text.replace(broken, whole)
    text = re.sub(f"[{_SUPERSCRIPTS}]+", lambda m: "^" + m.group().translate(_PLAIN_DIGITS), text)
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = re.sub("[A-Za-zА-Яа-яІі]*[А-Яа-яІі][A-Za-zА-Яа-яІі]*", _latin, text)
    text = "".join(" " if c.isspace() else c for c in text if unicodedata.category(c) != "Cf")
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _unwrap(" ".join(text.split()))


def unit_key(text: str) -> str:
    """The key under which a listed spelling is found: clean, no case, no spaces."""
    return clean_unit(text).lower().replace(" ", "")


def _latin(run: re.Match[str]) -> str:
    """A Cyrillic word by sound (мкмоль -> mkmol), a Latin one with a stray Cyrillic letter by look."""
    word = run.group()
    if re.search("[A-Za-z]", word):
        return word.translate(_CYRILLIC_LOOK)
    return word.lower().translate(_CYRILLIC_SOUND).replace("'", "")


def _unwrap(text: str) -> str:
    """Takes quotes and brackets off the whole, and stray punctuation off the ends."""
    while True:
        trimmed = text.strip(" \t,;:\"'").rstrip(".")
        closing = _CLOSING.get(trimmed[:1])
        if closing and len(trimmed) > 1 and trimmed.endswith(closing) and closing not in trimmed[1:-1]:
            trimmed = trimmed[1:-1]
        if trimmed == text:
            return text
        text = trimmed
