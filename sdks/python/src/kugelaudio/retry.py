"""Whether what has failed is tried again, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from .exceptions import ConnectionError, KugelAudioError, ProtocolError, TimeoutError

_BASE_MS = 500
_DELAY_MS_MAX = 8_000
#: Who asks for a longer wait is answered to the caller, who knows better what to do meanwhile.
_RETRY_AFTER_S_MAX = 30
#: Statuses that say "not now": nothing was done.
_NOT_NOW = (429, 503)
#: Statuses after which something may have been done.
_UNCLEAR = (408, 500, 502, 504)
#: What no second try changes: who is refused stays refused.
_FINAL_CLOSES = (1002, 1003, 1007, 1008, 1009, 1010, 4000, 4001, 4003)

#: Bounds of a wait in ms; the time between them is chosen by chance.
DelayMs = Tuple[float, float]


@dataclass
class Failed:
    """What is known when something has failed and might be tried again."""

    #: ``http``: a request. ``turn``: speech on a socket. ``open``: a socket that did not open.
    surface: str
    #: Times it has been tried again already.
    retries: int
    #: HTTP status or what stands for it; None when nothing was answered.
    status: Optional[int] = None
    close_code: Optional[int] = None
    #: Whether it was a time limit of ours that ended it.
    timed_out: bool = False
    #: Whether what came was none of the protocol.
    nonsense: bool = False
    #: Whether doing it twice is as good as once: GET, PUT, DELETE, or with an idempotency key.
    idempotent: bool = False
    #: Whether audio of the turn has arrived.
    audio_arrived: bool = False
    #: Seconds that the server asks to wait.
    retry_after: Optional[float] = None


def decide_retry(failed: Failed, retries_max: int) -> Optional[DelayMs]:
    """How long to wait before the next try; None: no other try. A turn of which audio has arrived is never spoken
    anew."""
    if failed.retries >= retries_max or not _may_retry(failed):
        return None
    back_off_ms = min(_DELAY_MS_MAX, _BASE_MS * 2**failed.retries)
    if failed.retry_after is None:
        return (back_off_ms / 2, back_off_ms)
    if failed.retry_after > _RETRY_AFTER_S_MAX:
        return None
    # Never sooner than asked, and not all callers in the same instant.
    return (failed.retry_after * 1000, failed.retry_after * 1000 + back_off_ms)


def decide_retry_after(
    error: KugelAudioError,
    surface: str,
    retries: int,
    retries_max: int,
    *,
    idempotent: bool = False,
    audio_arrived: bool = False,
) -> Optional[DelayMs]:
    """The same, for what an error says of itself."""
    # What broke on the way has a status only for the sake of its class.
    is_answer = not isinstance(error, ConnectionError) or error.error_code is not None
    failed = Failed(
        surface,
        retries,
        status=error.status_code if is_answer and error.close_code is None else None,
        close_code=error.close_code,
        timed_out=isinstance(error, TimeoutError) and not is_answer,
        nonsense=isinstance(error, ProtocolError),
        idempotent=idempotent,
        audio_arrived=audio_arrived,
        retry_after=error.retry_after,
    )
    return decide_retry(failed, retries_max)


def _may_retry(failed: Failed) -> bool:
    if failed.audio_arrived or failed.timed_out or failed.nonsense:
        return False
    if failed.close_code is not None:
        return failed.close_code not in _FINAL_CLOSES
    is_repeatable = failed.surface != "http" or failed.idempotent
    # A request that got no answer may have been carried out.
    if failed.status is None:
        return is_repeatable
    return failed.status in _NOT_NOW or (failed.status in _UNCLEAR and is_repeatable)
