"""Matching a foreign file's columns to ours: the form, filled with a guess; what comes out is a mapping."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import replace

import streamlit as st

from lupusmon.clinical.analytes import ANALYTES
from lupusmon.clinical.drugs import DRUGS
from lupusmon.ingest.draft import find_unrecognised, guess_section, hide_unused, missing_needed
from lupusmon.ingest.guess import REF_RANGE, guess_tests, targets
from lupusmon.ingest.kinds import DATE_COLUMN, NEEDED
from lupusmon.ingest.mapping import ColumnRule, TableMapping
from lupusmon.ingest.preview import Preview
from lupusmon.ingest.questions import BOTH, DateStyle, date_in_words, find_date_styles, find_open_decimals, settle_dates
from lupusmon.ingest.source import Kind
from lupusmon.ui import frame
from lupusmon.ui.column_words import COLUMN_MEANINGS

_NONE, _CONSTANT = "", "\0"
_CHOICES = {_NONE: "— not in the file —", _CONSTANT: "the same text in every row …"}
_WIDTHS = (2.6, 2.6, 4, 0.8)
_ALWAYS_SHOWN = 16  # columns; assessments have more
_LONGEST_SAMPLE = 40
_MOST_WORDS = 20
_ORDER_WORDS = {"dmy": "day first", "mdy": "month first"}
_LEAVE = "leave as it is"


def draw_match(preview: Preview, default: TableMapping, *, key: str) -> TableMapping | None:
    """The form; None while something needed is missing. default: the guess, or the saved mapping to be changed."""
    if default.kind != (kind := _draw_kind(default.kind, key)):
        default = guess_section(preview, kind)
    key = f"{key}_{kind.value}_{preview.skip_lines}"
    columns, constants = _draw_columns(preview, default, key)
    tests = guess_tests(preview.headers, kind) if "value" not in columns and "value" not in constants else []
    if tests:
        named = ", ".join(frame.plain(test.header) for test in tests)
        st.caption(f"A column per test; read as results: {named}.")
    chosen = [REF_RANGE] if REF_RANGE in columns else []
    section = TableMapping(
        kind,
        columns={ours: _keep_rule(default, ours, theirs) for ours, theirs in columns.items() if ours not in chosen},
        constants=constants | hide_unused(preview, kind, columns, constants),
        tests=default.tests,
        ref_range=columns.get(REF_RANGE, ""),
        encoding=default.encoding,
        skip_lines=preview.skip_lines,
        fill_down=_draw_fill_down(default, columns, key),
    )
    section, answered = _draw_questions(preview, section, default, key)
    section = _draw_words(preview, section, default, key)
    missing = missing_needed(section, is_wide=bool(tests))
    if missing:
        st.warning(f"Still needed: {frame.plain(', '.join(missing))}. Choose a column, or one text for every row.")
    if not answered:
        st.warning("Please answer the questions above; lupusmon does not guess how dates and numbers are meant.")
    return None if missing or not answered else section


def _draw_kind(default: Kind, key: str) -> Kind:
    names = {
        Kind.LABS: "laboratory results",
        Kind.INFUSIONS: "infusions",
        Kind.ASSESSMENTS: "assessments",
        Kind.PATIENTS: "patients",
    }
    kinds = list(names)
    return st.selectbox(
        "What is in the file?", kinds, index=kinds.index(default), format_func=names.get, key=f"kind_{key}", width=300
    )


def _draw_columns(preview: Preview, default: TableMapping, key: str) -> tuple[dict[str, str], dict[str, str]]:
    """(our column → theirs, our column → one text), as chosen."""
    ours_all = targets(default.kind)
    show_all = len(ours_all) <= _ALWAYS_SHOWN or st.toggle(f"Show all {len(ours_all)} columns", key=f"all_{key}")
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    with st.container(key=f"match_{key}", gap="xsmall"):
        for place, head in zip(st.columns(_WIDTHS), ("Ours", "In the file", "First values", "Filled"), strict=True):
            place.caption(head)
        for ours in ours_all:
            at = f"col_{key}_{ours}"
            theirs = _default_choice(default, ours, preview)
            if show_all or theirs or ours in NEEDED[default.kind] or st.session_state.get(at):
                _draw_row(preview, default, ours, theirs, at, columns, constants)
    return columns, constants


def _default_choice(default: TableMapping, ours: str, preview: Preview) -> str:
    if default.constants.get(ours):
        return _CONSTANT
    theirs = default.ref_range if ours == REF_RANGE else default.columns.get(ours, ColumnRule("")).column
    return theirs if theirs in preview.headers else _NONE


def _draw_row(
    preview: Preview,
    default: TableMapping,
    ours: str,
    theirs: str,
    at: str,
    columns: dict[str, str],
    constants: dict[str, str],
) -> None:
    name, choice, values, filled = st.columns(_WIDTHS, vertical_alignment="center")
    needed = " · needed" if ours in NEEDED[default.kind] else ""
    name.markdown(f"**{frame.plain(ours)}**{needed}  \n:small[{frame.plain(COLUMN_MEANINGS.get(ours, ''))}]")
    options = [_NONE, *([] if ours == REF_RANGE else [_CONSTANT]), *preview.headers]
    chosen = choice.selectbox(
        f"Column for {ours}",
        options,
        index=options.index(theirs),
        format_func=lambda option: _CHOICES.get(option, option),
        key=at,
        label_visibility="collapsed",
    )
    if chosen == _CONSTANT:
        text = values.text_input(
            f"Text for {ours} in every row",
            value=default.constants.get(ours, ""),
            key=f"{at}_text",
            label_visibility="collapsed",
            placeholder={"unit": "mg/dL", "drug": "belimumab"}.get(ours, ""),
        )
        if text.strip():
            constants[ours] = text.strip()
    elif chosen:
        columns[ours] = chosen
        values.markdown(" · ".join(f"“{frame.plain(_cut(text))}”" for text in preview.samples(chosen)) or "no value")
        filled.markdown(f"{100 * preview.fill_rate(chosen):.0f} %")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SAMPLE else text[: _LONGEST_SAMPLE - 1] + "…"


def _keep_rule(default: TableMapping, ours: str, theirs: str) -> ColumnRule:
    """A saved rule may take a part of the cell; it stays as long as the column does."""
    rule = default.columns.get(ours)
    return rule if rule is not None and rule.column == theirs else ColumnRule(theirs)


def _draw_fill_down(default: TableMapping, columns: Dictionary[str, str], key: str) -> tuple[str, ...]:
    options = [ours for ours in columns if ours != REF_RANGE]
    chosen = st.multiselect(
        "Columns filled only on the first row of a block (an empty cell takes the text above it)",
        options,
        default=[ours for ours in default.fill_down if ours in options],
        key=f"fill_{key}_{len(options)}",
        placeholder="none",
    )
    return tuple(chosen)


def _draw_questions(
    preview: Preview, section: TableMapping, default: TableMapping, key: str
) -> tuple[TableMapping, bool]:
    """The section with order of dates and decimal sign; whether every question has its answer."""
    dates = section.columns.get(DATE_COLUMN.get(section.kind, ""))
    styles = find_date_styles(preview.cells.get(dates.column, ())) if dates else []
    answers = {}
    for style in styles:
        if style.needs_answer():
            saved = next((o for o in _ORDER_WORDS if style.format(o) in default.date_formats), default.date_order)
            answers[style] = ask_order(style, saved, key=key)
    sure = [(s.examples[0], s.order) for s in styles if s.examples and not s.needs_answer()]
    if sure:
        read = "; ".join(f"{text} is {date_in_words(text, order)}" for text, order in sure)
        st.caption(f"Dates are read so, because others of their style can be read in no other order: {read}.")
    order, formats = settle_dates(styles, answers)
    numbers = [section.columns[c].column for c in ("value", "dose") if c in section.columns]
    doubtful = find_open_decimals(word for header in numbers for word in preview.cells.get(header, ()))
    decimal = default.decimal
    if doubtful:
        texts = {
            "point": "a point: " + ", ".join(f"{e} is {e.replace(',', '')}" for e in doubtful),
            "comma": "a comma: " + ", ".join(f"{e} is {e.replace(',', '.')}" for e in doubtful),
        }
        decimal = _ask("What is the decimal sign?", texts, default.decimal, f"decimal_{key}")
    answered = None not in answers.values() and (decimal is not None or not doubtful)
    kept = (order or default.date_order, formats) if formats or styles else (default.date_order, default.date_formats)
    return replace(section, date_order=kept[0], date_formats=kept[1], decimal=decimal), answered


def ask_order(style: DateStyle, saved: str | None = None, *, key: str) -> str | None:
    """dmy or mdy, asked with examples in words; None before the answer."""
    why = " (some fit only one way, some only the other; those that do not fit are rejected)"
    texts = {
        order: f"{word}: " + ", ".join(f"{example} is {date_in_words(example, order)}" for example in style.examples)
        for order, word in _ORDER_WORDS.items()
    }
    question = f"How are dates such as {style.examples[0]} meant?{why if style.order == BOTH else ''}"
    return _ask(question, texts, saved, f"dates_{key}_{style.sign}_{style.digits}")


def _ask(question: str, texts: dict[str, str], saved: str | None, key: str) -> str | None:
    options = list(texts)
    index = options.index(saved) if saved in options else None
    return st.radio(question, options, index=index, format_func=texts.get, key=key)


def _draw_words(preview: Preview, section: TableMapping, default: TableMapping, key: str) -> TableMapping:
    """Names, units and drugs that were not recognised, each assigned once."""
    section = replace(section, value_maps=default.value_maps)
    unknown = find_unrecognised(section, preview)
    count = sum(map(len, unknown.values()))
    if not count:
        return section
    maps = {ours: dict(table) for ours, table in default.value_maps.items()}
    with st.expander(f"Names and units that were not recognised: {count}"):
        st.caption(
            "Say once what they mean. What is left as it is counts as not monitored, or is rejected with a reason."
        )
        for ours, words in unknown.items():
            known = {"analyte": list(ANALYTES), "drug": list(DRUGS)}.get(ours, [])
            for word, candidates in list(words.items())[:_MOST_WORDS]:
                options = [_LEAVE, *dict.fromkeys((*candidates, *known))]
                saved = maps.get(ours, {}).get(word, _LEAVE)
                chosen = st.selectbox(
                    f"{ours}: {frame.plain(_cut(word))}",
                    options,
                    index=options.index(saved) if saved in options else 0,
                    key=f"word_{key}_{ours}_{word}",
                    width=420,
                )
                maps.setdefault(ours, {}).pop(word, None)
                if chosen != _LEAVE:
                    maps[ours][word] = chosen
            if len(words) > _MOST_WORDS:
                st.caption(f"and {len(words) - _MOST_WORDS} more")
    return replace(section, value_maps={ours: table for ours, table in maps.items() if table})
