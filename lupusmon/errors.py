"""What stops a run, told in one line: where, what was found, what to do."""


class LupusmonError(Exception):
    """A message for the user; the shell prints it as it stands and ends with status 2."""

    def __init__(self, message: str) -> None:
        # Names and texts of foreign files come in here: a line break or control sign must not break the one line.
        super().__init__("".join(sign if sign.isprintable() else " " for sign in message))


class UnusableFile(LupusmonError):
    """A file that cannot be read at all: unreadable, empty, without a needed column, ambiguous."""


class UnusableArgument(LupusmonError):
    """An option or argument that makes no sense."""
