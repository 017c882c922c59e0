"""What a turn or a context has used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional

from .numbers_of_the_wire import number


@dataclass(frozen=True)
class SessionUsage:
    """What a turn or a context has used. ``cost_cents`` is None where no price is known."""

    audio_seconds: float
    cost_cents: Optional[float] = None
    currency: Optional[str] = None
    characters: Optional[int] = None
    model_id: Optional[str] = None

    @property
    def cost_available(self) -> bool:
        """Whether the server has said what it costs."""
        return self.cost_cents is not None


def parse_session_usage(frame: Mapping[str, Any]) -> Optional[SessionUsage]:
    """What a frame says of usage, in ``usage`` or as bare ``total_audio_seconds``; None when it says nothing."""
    told = frame.get("usage")
    usage: Mapping[str, Any] = told if isinstance(told, dict) else {}
    audio_seconds = number(usage.get("audio_seconds"))
    if audio_seconds is None:
        audio_seconds = number(frame.get("total_audio_seconds"))
    if audio_seconds is None:
        return None
    characters = number(usage.get("characters"))
    currency, model_id = usage.get("currency"), usage.get("model_id")
    return SessionUsage(
        audio_seconds,
        number(usage.get("cost_cents")),
        currency if isinstance(currency, str) else None,
        None if characters is None else int(characters),
        model_id if isinstance(model_id, str) else None,
    )
