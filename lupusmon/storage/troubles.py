"""What goes wrong with a database, in one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError

from lupusmon.errors import LupusmonError


class StoreTrouble(LupusmonError):
    """The store cannot be used: nothing was written. public: the sentence without the place of the store."""

    public = ""


class NewerSchema(StoreTrouble):
    """A newer lupusmon wrote the store."""


class NoStore(StoreTrouble):
    """There is no store where one was asked for."""

    def __init__(self, place: str) -> None:
        """place: `the store …`."""
        super().__init__(f"{place} does not exist; check --database, or import files to make it")
        self.public = "the store is no longer there; was its file moved or its disk unmounted?"


_SQLITE = {
    5: "is locked by another import; wait until it has finished and try again",
    6: "is locked by another import; wait until it has finished and try again",
    8: "cannot be written: the file or its folder is read-only",
    10: "cannot be read or written: the disk reports an error",
    11: "is damaged; restore it from a backup",
    13: "is full: there is no room left on the disk; nothing was stored",
    14: "cannot be opened: the folder does not exist or is read-only",
    26: "is no database of lupusmon; choose another file",
}
_POSTGRES = {
    "08": "cannot be reached; is the database server running?",
    "28": "refuses the user name or password",
    "3D": "does not exist on the database server",
    "53": "is full or out of connections; nothing was stored",
    "55": "is locked by another import; wait until it has finished and try again",
    "57": "was shut down by the database server; try again when it runs",
    "58": "cannot be read or written: the database server reports a system error",
    "25": "cannot be written: the database is read-only",
    "42501": "refuses: this database user lacks the right to read or write here",
}


@contextmanager
def plain_errors(place: str) -> Iterator[None]:
    """Turns a database error into one sentence; `place` names the store without its password."""
    try:
        yield
    except NoSuchModuleError as error:
        raise StoreTrouble(f"{place}: no driver for such a database; use sqlite:///FILE or postgresql://…") from error
    except DBAPIError as error:
        trouble = StoreTrouble(f"{place} {_describe(error)}")
        trouble.public = f"the store {_describe(error)}"
        raise trouble from error
    except SQLAlchemyError as error:
        raise StoreTrouble(f"{place}: {type(error).__name__}; the store cannot be used") from error


def _describe(error: DBAPIError) -> str:
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _SQLITE:
        return _SQLITE[code & 0xFF]
    state = getattr(original, "sqlstate", None) or ""
    for start in (state, state[:2]):
        if start in _POSTGRES:
            return _POSTGRES[start]
    if isinstance(error, OperationalError | InterfaceError):
        return "cannot be reached or was closed; is it running, and is LUPUSMON_DATABASE_URL right?"
    return f"reports an error ({type(original).__name__} {code or state}); nothing was stored"
