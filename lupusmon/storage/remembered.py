"""What the store remembers for people: when a viewer reviewed a patient, and how a source's files are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from lupusmon.storage.models import mappings, reviews


@dataclass(frozen=True)
class Review:
    """A patient as a viewer last saw it. seen: what was on the screen, in the screen's own words."""

    viewer: str
    patient_id: str
    at: str
    data_version: int
    seen: Mapping


@dataclass(frozen=True)
class SavedMapping:
    """A mapping of one source. text: TOML, as ingest.mapping reads it."""

    source: str
    name: str
    text: str
    at: str
    who: str


def write_review(connection: Connection, review: Review) -> None:
    """Remembers a review; earlier ones stay."""
    connection.execute(
        insert(reviews).values(
            id=_next(connection, reviews),
            at=review.at,
            viewer=review.viewer,
            patient_id=review.patient_id,
            data_version=review.data_version,
            seen=json.dumps(dict(review.seen)),
        )
    )


def read_reviews(connection: Connection, viewer: str) -> dict[str, Review]:
    """The last review of each patient by this viewer."""
    last = select(func.max(reviews.c.id)).where(reviews.c.viewer == viewer).group_by(reviews.c.patient_id)
    lines = connection.execute(select(reviews).where(reviews.c.id.in_(last)))
    return {
        line.patient_id: Review(line.viewer, line.patient_id, line.at, line.data_version, json.loads(line.seen))
        for line in lines
    }


def write_mapping(connection: Connection, mapping: SavedMapping) -> None:
    """Remembers the mapping of a source; earlier ones stay in the history."""
    connection.execute(
        insert(mappings).values(
            id=_next(connection, mappings),
            at=mapping.at,
            who=mapping.who,
            source=mapping.source,
            name=mapping.name,
            text=mapping.text,
        )
    )


def read_mappings(connection: Connection) -> dict[str, SavedMapping]:
    """The latest mapping of each source."""
    lines = connection.execute(select(mappings).order_by(mappings.c.id))
    return {line.source: SavedMapping(line.source, line.name, line.text, line.at, line.who) for line in lines}


def _next(connection: Connection, table) -> int:
    return (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1
