"""A name made plain: one key for all its spellings, and its words with those kept apart that change the meaning."""

from __future__ import annotations

import re
import unicodedata

_UPPER = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТУХ", "abezhikmnoptyxabesijkmhopctyx", strict=True))
_LOWER = dict(zip("αβεζικνορτυχавеѕіјкмнорстух", "abezikvoptyxabesijkmhopctyx", strict=True)) | {"μ": "u", "η": "h"}
_LETTERS = {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ı": "i", "đ": "d", "ð": "d"}
_LOOKALIKES = str.maketrans(_UPPER | _LOWER)
_PLAIN_LETTERS = str.maketrans(_LETTERS)


def fold(text: str) -> str:
    """The comparison key: no case, spaces, punctuation, zero-width characters, accents; look-alike letters are Latin."""
    return "".join(c for c in plain(text) if c.isalnum())


def plain(text: str) -> str:
    """Like `fold`, but spaces and punctuation stay."""
    text = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES).casefold().translate(_PLAIN_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not _is_silent(c))


def visible(text: str) -> str:
    """The text without zero-width characters."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _is_silent(char: str) -> bool:
    return unicodedata.combining(char) > 0 or unicodedata.category(char) in ("Cf", "Cc") and not char.isspace()


_DAY = r"(?:h|hs|hrs?|hours?|horas?|heures?|std|stunden?|ore|uurs?|uren|u)"
_REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\[[^\]]*/(?:volume|area|time)[^\]]*\]", " "),  # LOINC property: [Mass/volume]
        (r"\[(?:titer|presence|(?:mass |molar |volume )?ratio|units|mass|measurement)\]", " "),
        (r"\[(?:volume |number )?fraction\]", " percent "),
        (r"\b(?:mass|moles|units|substance)\s*/\s*vol(?:ume)?\b|'s\b", " "),
        (r"#\s*/\s*(?:area|vol(?:ume)?)\b", " "),
        (r"/\s*100\b|%", " percent "),
        (r"/\s*(?:hpf|campo|champ|gesichtsfeld|high power field)\b", " hpf "),
        (r"/?\s*1[.,]73\s*(?:m\s*\^?2|sq\.?\s*m|qm|m)?\b", " bsa "),
        (rf"\b24[\s\-]*{_DAY}\b", " 24h "),
        (r"\bc[\s\-_.']*([1-9])(?=[a-d]?\b)", r" c\1"),  # C-3, C 3, C'3
        (r"\bch[\s\-_]*50\b", " ch50 "),
        (r"\big[\s\-.]*([gamed])\b", r" ig\1"),
        (r"\bd\.\s*s\.", " ds "),
        (r"\bhep(?:atitis)?[\s\-.]*[abce]\b", " hepatitis "),
        (r"\b\d{1,5}-\d\b", " "),  # a LOINC code inside the name
        (r"\b\d{4,}\b(?<!2021)(?<!2009)", " "),  # a local code
    )
)
_SPECIMEN_FIRST = re.compile(r"^\s*(?:r-)?(d?u|f?s|f?p|[av]?b|pt|pl|r|s/p)\s*[-_:]+\s*(?=\w)")
_SPECIMEN_LAST = re.compile(r"(?:,\s*|-\s*|\(\s*|;\s*|\[\s*)(s|p|b|u)\s*[)\]]?\s*$")
_SPECIMENS = {
    "u": "urine",
    "du": "24h urine",
    "s": "serum",
    "fs": "serum",
    "p": "plasma",
    "fp": "plasma",
    "pl": "plasma",
}


def name_words(text: str) -> list[str]:
    """Words of a name in order, plain; percent signs, per-field signs, 24 h and specimen letters become words."""
    text = plain(text).strip()
    first = _SPECIMEN_FIRST.match(text)
    is_of_cells = re.search(r"lym|linf|cel|zel", text)  # "B-lymphocytes" are not lymphocytes in blood
    if first and not (is_of_cells and first[1] == "b"):
        text = f"{_SPECIMENS.get(first[1], 'blood')} {text[first.end() :]}"
    last = _SPECIMEN_LAST.search(text)
    if last and last.start() > 0 and not (is_of_cells and last[1] == "b"):
        text = f"{text[: last.start()]} {_SPECIMENS.get(last[1], 'blood')}"
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return re.findall(r"[^\W_]+", text)


def camel_split(text: str) -> str:
    """`UrineProteinCreatinine` with spaces between the words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
