"""Where the store is and how the program was started: from the environment, never from a default argument."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DATABASE_URL, HOME, DEMO = "LUPUSMON_DATABASE_URL", "LUPUSMON_HOME", "LUPUSMON_DEMO"
_STORE_FILE = "lupusmon.db"


@dataclass(frozen=True)
class Settings:
    """database_url: as SQLAlchemy reads it (it may hold a password: never print it). home: folder of our files."""

    database_url: str = field(repr=False)
    home: Path
    demo: bool = False


def read_settings(environment: Mapping[str, str] | None = None, *, database_url: str | None = None) -> Settings:
    """The settings in the environment; `database_url`, where given, comes before it.

    Default store: an SQLite file under the user's data folder, or under LUPUSMON_HOME.
    """
    said = os.environ if environment is None else environment
    home = Path(said[HOME]).expanduser() if said.get(HOME) else _data_folder(said)
    url = database_url or said.get(DATABASE_URL) or f"sqlite:///{(home / _STORE_FILE).absolute()}"
    return Settings(url, home, said.get(DEMO, "").strip().casefold() in ("1", "true", "yes"))


def _data_folder(said: Mapping[str, str]) -> Path:
    """The folder the operating system keeps for a user's data."""
    if sys.platform == "win32":
        base = Path(said.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(said.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "lupusmon"
