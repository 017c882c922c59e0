"""Numbers as the wire has them: finite and not negative."""

from __future__ import annotations

import math
from typing import Optional


def number(value: object) -> Optional[float]:
    """The value, when it is such a number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return value
    return None
