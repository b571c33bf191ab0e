"""The command line."""

from lupusmon.cli.parser import main

__all__ = ["main"]
