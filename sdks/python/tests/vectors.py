"""The tables that every SDK must decide alike; sdks/vectors/README.md says what each holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

_FOLDER = Path(__file__).parents[2] / "vectors"


def vectors(file: str) -> Dict[str, Any]:
    table: Dict[str, Any] = json.loads((_FOLDER / file).read_text("utf-8"))
    return table


def cases(file: str) -> List[Any]:
    """Each case of a table, under its name."""
    found = vectors(file)["cases"]
    assert found
    return [pytest.param(case, id=case["name"]) for case in found]
