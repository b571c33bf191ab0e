"""Where the store is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lupusmon.settings import read_settings


def test_a_url_given_beats_the_environment_and_the_environment_the_folder(tmp_path: Path) -> None:
    said = {"LUPUSMON_DATABASE_URL": "postgresql://h/d", "LUPUSMON_HOME": str(tmp_path), "LUPUSMON_DEMO": "1"}
    assert read_settings(said, database_url="sqlite:///x.db").database_url == "sqlite:///x.db"
    assert read_settings(said).database_url == "postgresql://h/d"
    assert read_settings(said).demo
    del said["LUPUSMON_DATABASE_URL"]
    assert read_settings(said).database_url == f"sqlite:///{tmp_path}/lupusmon.db"


@pytest.mark.skipif(sys.platform != "linux", reason="folders of Linux")
def test_the_users_data_folder_is_the_default() -> None:
    assert read_settings({"XDG_DATA_HOME": "/data"}).home == Path("/data/lupusmon")
    assert not read_settings({}).demo


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(read_settings({"LUPUSMON_DATABASE_URL": "postgresql://u:secret@h/d"}))
