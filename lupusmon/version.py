"""Which lupusmon, and which edition of its rules, made a table."""

__version__ = "0.3.0"
RULES_VERSION = "2026-11-30"  # changes with any threshold, window or wording of a rule; see CHANGELOG
