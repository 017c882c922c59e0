"""The version of this package: pyproject.toml reads it here."""

VERSION = "2.0.0"
