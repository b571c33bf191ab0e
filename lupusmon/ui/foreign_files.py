"""An upload on its way into the check: read as it is, with the mapping its source is known by, or matched by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import streamlit as st

from lupusmon.errors import LupusmonError, UnusableFile
from lupusmon.ingest import Mapping, ReadOptions, SourceTable, read_bytes
from lupusmon.ingest.draft import find_fitting, guess_section, read_mapping_text
from lupusmon.ingest.guess import count_familiar
from lupusmon.ingest.kinds import DATE_COLUMN, find_columns
from lupusmon.ingest.mapping import TableMapping
from lupusmon.ingest.mapping_text import write_mapping
from lupusmon.ingest.preview import DELIMITERS, Preview, read_preview
from lupusmon.ingest.questions import DateStyle, find_date_styles
from lupusmon.ingest.workbook import SheetFile, ignore_sheet, is_workbook, name_sheet, split_workbook
from lupusmon.ui import frame, session, words
from lupusmon.ui.column_match import ask_order, draw_match

_DATE_COLUMNS = set(DATE_COLUMN.values())
_KEPT = 40  # previews and tables of one session
_VERBS = {"is", "has", "holds", "needs", "cannot", "contains", "ends"}  # how the reasons of the readers begin
_DELIMITER_NAMES = {"": "found by itself", ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class ReadUpload:
    """The tables of one file; source and mapping ("" without) say how it was read. preview: None for other formats."""

    name: str
    tables: Sequence[SourceTable]
    preview: Preview | None = None
    source: str = ""
    mapping_text: str = ""


def draw_upload(upload: session.Upload, options: ReadOptions) -> list[ReadUpload]:
    """Reads the file and says how; asks what is not known. Empty where it cannot be read, or not yet.

    A workbook with several sheets gives one of them each: every sheet is a file of its own in the receipt.
    """
    try:
        sheets = _split(upload, options)
    except LupusmonError as error:
        _say_unusable(upload.name, error)
        return []
    if sheets and _is_stored(upload):
        return []
    read = [_draw_sheet(upload, sheet, options) for sheet in sheets] if sheets else [_draw_file(upload, options)]
    if sheets and None in read:  # a file is known by its bytes: the sheet could not be imported afterwards
        st.info(f"{frame.plain(upload.name)} is checked as soon as every sheet is matched or left out.")
        return []
    return [one for one in read if one is not None]


def _split(upload: session.Upload, options: ReadOptions) -> list[SheetFile]:
    if not is_workbook(upload.content):
        return []
    return keep_read((_key(upload), "sheets", options), lambda: split_workbook(upload.name, upload.content, options))


def _draw_sheet(upload: session.Upload, sheet: SheetFile, options: ReadOptions) -> ReadUpload | None:
    """A sheet by itself where lupusmon knows it; else whether it is a table is asked."""
    name = name_sheet(upload.name, sheet.title)
    part = session.Upload(name, sheet.text)
    key = _key(part)
    if sheet.table is not None:
        preview = keep_read((key, "preview"), lambda: _try_preview(name, sheet.text))
        return ReadUpload(name, [sheet.table], preview)
    if sheet.trouble:
        st.warning(f"{frame.plain(name)}: {frame.plain(sheet.trouble)}")
    known = keep_read((key, "preview"), lambda: _try_preview(name, sheet.text))
    likely = known is not None and count_familiar(known.headers) > 1
    use = known is not None and st.segmented_control(
        f"Sheet {frame.plain(sheet.title)} of {frame.plain(upload.name)}",
        ["match", "leave"],
        default="match" if likely else "leave",
        format_func={"match": "match its columns", "leave": "leave it out"}.get,
        required=True,
        key=f"sheet_{key}",
    )
    if use != "match":
        left = keep_read((key, "left"), lambda: ignore_sheet(upload.name, upload.content, sheet.title))
        return ReadUpload(name, [left])
    read = _draw_foreign(part, options, known, key)
    sha256 = hashlib.sha256(upload.content).hexdigest()
    own = () if read is None else tuple(replace(t, sha256=sha256, sheet=sheet.title) for t in read.tables)
    return None if read is None else replace(read, tables=keep_changed((key, sha256), read.tables, own))


def _try_preview(name: str, text: bytes) -> Preview | None:
    try:
        return replace(read_preview(name, text), is_workbook=True)
    except LupusmonError:
        return None


def _draw_file(upload: session.Upload, options: ReadOptions) -> ReadUpload | None:
    key = _key(upload)
    preview, tables, trouble = None, [], ""
    try:
        preview = keep_read((key, "preview"), lambda: read_preview(upload.name, upload.content))
    except LupusmonError as error:
        trouble = str(error)
    unclear = preview is not None and not (preview.is_ours and (not preview.skip_lines or preview.is_workbook))
    try:
        tables = keep_read((key, upload.name, options), lambda: session.read_upload(upload, options))
    except LupusmonError as error:
        trouble = str(error)
    if tables and not (unclear and all(_is_thin(table) for table in tables)):
        return ReadUpload(upload.name, tables, preview)
    if preview is None or not unclear or (len(preview.headers) < 2 and not count_familiar(preview.headers)):
        style = None if preview is None or options.date_order else _open_dates(preview)
        if style is not None:
            return _ask_again(upload, options, preview, style, key)
        _say_unusable(upload.name, trouble)
        return None
    return _draw_foreign(upload, options, preview, key)


def _open_dates(preview: Preview) -> DateStyle | None:
    """How the dates of a table of ours are written, where none proves the order of day and month."""
    headers = [preview.headers[at[0]] for ours, at in find_columns(preview.headers).items() if ours in _DATE_COLUMNS]
    styles = [style for header in headers for style in find_date_styles(preview.cells.get(header, ()))]
    return next((style for style in styles if style.needs_answer()), None)


def _ask_again(
    upload: session.Upload, options: ReadOptions, preview: Preview, style: DateStyle, key: str
) -> ReadUpload | None:
    """The order of day and month is asked on the spot."""
    order = ask_order(style, key=key)
    if order is None:
        st.info(f"{frame.plain(upload.name)} is checked as soon as this is answered.")
        return None
    try:
        tables = session.read_upload(upload, replace(options, date_order=order))
    except LupusmonError as error:
        _say_unusable(upload.name, error)
        return None
    st.success(f"{frame.plain(upload.name)}: read with the {'day' if order == 'dmy' else 'month'} first.")
    return ReadUpload(upload.name, tables, preview)


def _is_thin(table: SourceTable) -> bool:
    """A list of ids beside columns that say nothing to lupusmon: far more likely a foreign table."""
    return set(table.columns) == {"patient_id"} and bool(table.extra_columns)


def _draw_foreign(upload: session.Upload, options: ReadOptions, preview: Preview, key: str) -> ReadUpload | None:
    known = _find_saved(upload, preview)
    anew = st.session_state.get(f"rematch_{key}", False)
    if known and not anew:
        source, section, there = known
        text = write_mapping(Mapping(source, (section,)))
        read = _read(upload, options, there, source, text)
        if read is not None:
            with st.container(horizontal=True, vertical_alignment="center", key=f"known_{key}"):
                st.info(f"{frame.plain(upload.name)}: read with the mapping of {frame.plain(source)}.")
                st.button("Change the matching", key=f"change_{key}", on_click=_change, args=(f"rematch_{key}",))
            return read
    if _is_stored(upload):
        return None
    with st.container(border=True, key=f"foreign_{key}"):
        st.subheader(f"Match the columns of {frame.plain(upload.name)}", anchor=False)
        st.caption(
            f"{frame.plain(upload.name)} cannot be used as it is: its columns have other names than ours. Say which is "
            "which; the guesses below are to be checked. Columns that are not matched are never stored."
        )
        return _draw_form(upload, options, preview, key, known)


def _change(flag: str) -> None:
    st.session_state[flag] = True


def _draw_form(
    upload: session.Upload,
    options: ReadOptions,
    preview: Preview,
    key: str,
    known: tuple[str, TableMapping, Preview] | None,
) -> ReadUpload | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.text_input(
            "Source (laboratory or system)",
            value=known[0] if known else "",
            key=f"source_{key}",
            width=300,
            placeholder="North Lab",
            help="The matching is remembered under this name when you import, and used for the next file of this kind.",
        ).strip()
        skip = st.number_input(
            "Lines above the header", 0, 200, (known[2] if known else preview).skip_lines, key=f"skip_{key}", width=180
        )
        delimiter = ""
        if not preview.is_workbook:
            marks = ["", *DELIMITERS]
            saved = (known[1].delimiter if known else None) or ""
            delimiter = st.selectbox(
                "Delimiter",
                marks,
                index=marks.index(saved) if saved in marks else 0,
                format_func=_DELIMITER_NAMES.get,
                key=f"delimiter_{key}",
                width=180,
            )
    try:
        preview = keep_read(
            (key, int(skip), delimiter),
            lambda: read_preview(upload.name, upload.content, skip_lines=int(skip), delimiter=delimiter or None),
        )
    except LupusmonError as error:
        st.error(frame.plain(error))
        return None
    default = known[1] if known else guess_section(preview)
    rows = words.plural(preview.rows, "row")
    some = rows if preview.whole else f"the first {rows}"
    st.caption(f"{len(preview.headers)} columns; values and fill rates are of {some}.")
    section = draw_match(preview, default, key=f"{key}_{delimiter}")
    if section is None:
        return None
    section = replace(section, delimiter=delimiter or None)
    text = write_mapping(Mapping(source or PurePath(upload.name).stem, (section,)))
    st.download_button(
        "Download the mapping",
        text.encode(),
        "mapping.toml",
        "application/toml",
        on_click="ignore",
        key=f"toml_{key}",
        help="The command line reads it: python -m lupusmon import FILE --mapping mapping.toml",
    )
    if not source:
        st.caption("Give a source above to have the matching remembered for its next file.")
    return _read(upload, options, preview, source, text)


def _read(upload: session.Upload, options: ReadOptions, preview: Preview, source: str, text: str) -> ReadUpload | None:
    """By the text itself, so that the page and the command line read alike."""
    options = replace(options, source=source or options.source)
    mapping = read_mapping_text(source or upload.name, text)
    key = _key(upload)
    try:
        tables = keep_read(
            (key, upload.name, options, text), lambda: read_bytes(upload.name, upload.content, options, mapping)
        )
    except UnusableFile as error:
        _say_unusable(upload.name, error)
        return None
    return ReadUpload(upload.name, tables, preview, source, text)


def _find_saved(upload: session.Upload, preview: Preview) -> tuple[str, TableMapping, Preview] | None:
    """(source, section, the file as it sees it): of the saved mappings that fit, the one that uses most columns."""
    found: list[tuple[str, TableMapping, Preview]] = []
    for source, saved in session.load_store().mappings().items():
        try:
            mapping = read_mapping_text(source, saved.text)
        except UnusableFile:
            continue
        for section in mapping.tables:
            there = _preview_by(upload, preview, section)
            if there is not None and find_fitting(Mapping(source, (section,)), there):
                found.append((source, section, there))
    return max(found, key=lambda one: len(one[1].columns), default=None)


def _preview_by(upload: session.Upload, preview: Preview, section: TableMapping) -> Preview | None:
    if section.skip_lines == preview.skip_lines and section.delimiter in (None, preview.delimiter):
        return preview
    try:
        return read_preview(
            upload.name, upload.content, skip_lines=section.skip_lines, delimiter=section.delimiter or None
        )
    except LupusmonError:
        return None


def _is_stored(upload: session.Upload) -> bool:
    """Says so where the same bytes are stored: nothing has to be matched again for nothing."""
    batch = session.load_store().find_import(hashlib.sha256(upload.content).hexdigest())
    if batch is not None:
        st.info(
            f"{frame.plain(upload.name)}: already imported on {batch.at[:10]} (import {batch.id}). There is nothing to "
            "import; to read it in another way, undo that import first."
        )
    return batch is not None


def _say_unusable(name: str, trouble: object) -> None:
    said = str(trouble).removeprefix(f"{name}: ").removesuffix(".")
    if said.split(" ", 1)[0] in _VERBS:
        said = f"it {said}"
    st.error(f"**{frame.plain(name)} cannot be used:** {frame.plain(said)}.")


def _key(upload: session.Upload) -> str:
    """Files of one content under two names have forms of their own."""
    return hashlib.sha256(upload.name.encode() + b"\0" + upload.content).hexdigest()[:16]


def keep_read(key: tuple, make: Callable[[], object]):
    """A file is read once for every way of reading it, not at every click; kept for this session only."""
    kept = st.session_state.setdefault(session.FILES_READ, {})
    if key not in kept:
        kept[key] = make()
        while len(kept) > _KEPT:
            kept.pop(next(iter(kept)))
    return kept[key]


def keep_changed(key: tuple, given: Sequence[SourceTable], changed: Sequence[SourceTable]) -> Sequence[SourceTable]:
    """Tables made from others: the same ones again while those are the same, so that they are checked once."""
    kept = st.session_state.setdefault(session.FILES_READ, {})
    known = kept.get(key)
    if known is None or len(known[0]) != len(given) or not all(a is b for a, b in zip(known[0], given, strict=True)):
        known = kept[key] = (tuple(given), tuple(changed))
    return known[1]
