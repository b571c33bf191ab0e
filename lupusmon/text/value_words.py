"""Words that stand in for a number in a result: positive, negative, trace, in eight languages. Facts as rows.

A weak positive is positive: the laboratory puts it above its limit. What lies on the limit (borderline, equivocal, ±)
is trace: neither. "None", "ND", "NA" are not here, since they as often mean "not done".
"""

from __future__ import annotations

import re
import unicodedata

POSITIVE, NEGATIVE, TRACE = 1, 0, -1

# fmt: off
_SPELLINGS = {
    POSITIVE: (
        # signs of urine and dot tests
        "+", "++", "+++", "++++", "1+", "2+", "3+", "4+",
        # English
        "positive", "pos", "reactive", "detected", "present", "weakly positive", "weak positive", "low positive",
        "moderately positive", "moderate positive", "strongly positive", "strong positive", "high positive",
        # Spanish, Portuguese, Italian
        "positivo", "positiva", "reactivo", "reactiva", "reagente", "reattivo", "reattiva", "detectado", "detectada",
        "detetado", "detetada", "rilevato", "rilevata", "presente", "presentes", "presenti",
        "positivo debil", "debil positivo", "debilmente positivo", "positivo fraco", "fracamente positivo",
        "debolmente positivo",
        # French
        "positif", "reactif", "detecte", "detectee", "presence", "faiblement positif", "faiblement positive",
        # German
        "positiv", "reaktiv", "nachgewiesen", "nachweisbar", "vorhanden", "schwach positiv", "stark positiv",
        # Dutch, Polish
        "positief", "zwak positief", "aantoonbaar", "dodatni", "dodatnia", "dodatnie", "wykryto",
    ),
    NEGATIVE: (
        "-",
        "negative", "neg", "not detected", "non detected", "none detected", "undetected", "undetectable",
        "not detectable", "non reactive", "nonreactive", "not reactive", "absent", "none seen", "not seen",
        "not present", "nil",
        "negativo", "negativa", "no reactivo", "no reactiva", "nao reagente", "non reagente", "non reattivo",
        "non reattiva", "no detectado", "no detectada", "nao detectado", "nao detectada", "nao detetado",
        "nao detetada", "no se detecta", "no se detectan", "no se observan", "non rilevato", "non rilevata",
        "non rilevabile", "indetectable", "indetectavel", "ausente", "ausentes", "assente", "assenti",
        "negatif", "non reactif", "non detecte", "non detectee", "indetectable", "absence", "absente",
        "negativ", "nicht nachgewiesen", "nicht nachweisbar", "nicht reaktiv", "nicht vorhanden",
        "negatief", "niet aantoonbaar", "ujemny", "ujemna", "ujemne", "nie wykryto",
    ),
    TRACE: (
        "±", "+/-", "+-",
        "trace", "traces", "tr", "equivocal", "borderline", "indeterminate", "inconclusive", "grey zone", "gray zone",
        "traza", "trazas", "indicios", "indeterminado", "indeterminada", "equivoco", "equivoca", "dudoso", "dudosa",
        "tracos", "vestigios", "duvidoso", "duvidosa", "limitrofe", "inconclusivo", "tracce", "dubbio", "dubbia",
        "indeterminato", "indeterminata",
        "equivoque", "douteux", "douteuse", "limite", "indetermine", "indeterminee",
        "spur", "spuren", "grenzwertig", "grenzwertig positiv", "fraglich", "zweifelhaft", "unbestimmt",
        "dubieus", "twijfelachtig", "watpliwy", "watpliwa",
    ),
}
# fmt: on
_MEANING = {spelling: meaning for meaning, spellings in _SPELLINGS.items() for spelling in spellings}
_LONGEST = max(map(len, _MEANING)) + 6


def match_word(text: str) -> int | None:
    """+1 positive, 0 negative, -1 trace or equivocal; None where the text is no such word.

    Case, accents, outer brackets, hyphens for spaces and a full stop at the end do not matter.
    """
    if len(text) > _LONGEST:
        return None
    plain = text.casefold().strip()
    if plain == "-":
        return None  # a dash alone stands for "no result" as often as for negative; "(-)" is negative
    if plain[:1] + plain[-1:] in ("()", "[]"):
        plain = plain[1:-1].strip()
    if plain in _MEANING:
        return _MEANING[plain]
    letters = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _MEANING.get(re.sub(r"[\s_-]+", " ", letters).strip(" .!"))
