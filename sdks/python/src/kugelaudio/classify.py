"""Which error an answer, a frame, a close or a refused handshake becomes."""

from __future__ import annotations

import json
import math
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple, Type

from . import exceptions as e
from .numbers_of_the_wire import number

_Row = Tuple[Type[e.KugelAudioError], int, str]

#: Every ``error_code`` that servers send: its class, and the status and message it stands for.
_BY_CODE: Dict[str, _Row] = {
    "UNAUTHORIZED": (e.AuthenticationError, 401, "Invalid or missing API key"),
    "FORBIDDEN": (e.PermissionDeniedError, 403, "API key does not have access to this resource"),
    "INSUFFICIENT_CREDITS": (e.InsufficientCreditsError, 402, "Insufficient credits"),
    "RATE_LIMITED": (e.RateLimitError, 429, "Rate limit exceeded"),
    "TOO_MANY_CONTEXTS": (e.RateLimitError, 429, "Too many contexts on this socket"),
    "VALIDATION_ERROR": (e.ValidationError, 400, "Invalid request"),
    "MISSING_VOICE_ID": (e.ValidationError, 400, "voice_id is required"),
    "EMPTY_AUDIO": (e.EmptyAudioError, 400, "The text holds nothing that can be spoken"),
    "NOT_FOUND": (e.NotFoundError, 404, "Not found"),
    "REQUEST_TIMEOUT": (e.TimeoutError, 408, "The request took too long to arrive"),
    "CONFLICT": (e.ConflictError, 409, "The resource has changed meanwhile"),
    "PAYLOAD_TOO_LARGE": (e.PayloadTooLargeError, 413, "The request is too large"),
    "INTERNAL_ERROR": (e.ServerError, 500, "Something went wrong on the server"),
    "MODEL_UNAVAILABLE": (e.ModelUnavailableError, 503, "Model overloaded or temporarily unavailable"),
    "SERVICE_UNAVAILABLE": (e.ConnectionError, 503, "Temporarily unavailable"),
}

#: The code that a status stands for where the server names none.
_CODE_OF_STATUS = {
    400: "VALIDATION_ERROR",
    401: "UNAUTHORIZED",
    402: "INSUFFICIENT_CREDITS",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    429: "RATE_LIMITED",
    500: "INTERNAL_ERROR",
    503: "SERVICE_UNAVAILABLE",
}

#: Close codes with a meaning of their own (wire protocol, section 3.5).
_CODE_OF_CLOSE = {
    1009: "PAYLOAD_TOO_LARGE",
    4001: "UNAUTHORIZED",
    4003: "INSUFFICIENT_CREDITS",
    4029: "RATE_LIMITED",
    4500: "MODEL_UNAVAILABLE",
}
_RESTARTING = (1012, 1013)

#: Seconds before a restarting server is tried again, where it does not say.
_RESTART_AFTER_S = 1
#: Characters of a body that is not JSON which an error shows.
_RAW_CHARACTERS_MAX = 300


def classify_http_error(
    status: int, body: str, headers: Mapping[str, str], now: Optional[float] = None
) -> e.KugelAudioError:
    """The error for an HTTP answer that is none of success, with a body of either form or of none. Names of
    ``headers`` are in small letters. ``now`` (seconds since 1970) is for dates."""
    told = _read_body(_parsed(body))
    raw = body.strip()[:_RAW_CHARACTERS_MAX]
    retry_after = told.retry_after
    if retry_after is None:
        retry_after = _retry_after_of(headers.get("retry-after"), time.time() if now is None else now)
    return _error_of(
        told.code,
        status,
        told.message or raw or None,
        request_id=headers.get("x-request-id") or told.request_id,
        retry_after=retry_after,
    )


def classify_ws_frame(frame: Mapping[str, Any]) -> e.KugelAudioError:
    """The error for a frame with a truthy ``error``."""
    told = _read_body(frame)
    code = number(frame.get("code"))
    return _error_of(
        told.code,
        None if code is None else int(code),
        told.message,
        request_id=told.request_id,
        retry_after=told.retry_after,
    )


def classify_ws_close(close_code: int, reason: str = "") -> e.KugelAudioError:
    """The error for a socket that closed while something was expected of it."""
    if close_code in _RESTARTING:
        return e.ServerRestartingError(
            "The server is restarting",
            status_code=503,
            retry_after=_RESTART_AFTER_S,
            close_code=close_code,
        )
    # Servers that name the failure as the reason are more exact than the code.
    code = reason if reason in _BY_CODE else _CODE_OF_CLOSE.get(close_code)
    if code is not None:
        message = None if reason in ("", code) else reason
        return _error_of(code, None, message, close_code=close_code)
    why = f": {reason}" if reason else ""
    return e.ConnectionError(
        f"The connection closed before all was said (code {close_code}{why})",
        status_code=503,
        close_code=close_code,
    )


def classify_ws_handshake_error(
    status: int, headers: Mapping[str, str], now: Optional[float] = None
) -> e.KugelAudioError:
    """The error for a handshake that was answered by an HTTP status other than 101."""
    return classify_http_error(status, "", headers, now)


def _retry_after_of(header: Optional[str], now: float) -> Optional[float]:
    """Seconds of a ``Retry-After``, a number or a date (RFC 9110, section 10.2.3); None when it says neither."""
    if header is None:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", header):
        return float(header)
    try:
        return max(0, math.ceil(parsedate_to_datetime(header).timestamp() - now))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _error_of(
    code: Optional[str],
    status: Optional[int],
    message: Optional[str],
    *,
    request_id: Optional[str] = None,
    retry_after: Optional[float] = None,
    close_code: Optional[int] = None,
) -> e.KugelAudioError:
    known = code if code in _BY_CODE else _CODE_OF_STATUS.get(status or 0)
    make: Type[e.KugelAudioError] = e.KugelAudioError
    usual = None
    standard = "The server reported an error"
    if known is not None:
        make, usual, standard = _BY_CODE[known]
    elif status is not None:
        make = e.ServerError if status >= 500 else e.KugelAudioError
        standard = f"The server answered with status {status}"
    return make(
        message or standard,
        status_code=usual if status is None else status,
        error_code=code or known,
        request_id=request_id,
        retry_after=retry_after,
        close_code=close_code,
    )


class _Told(NamedTuple):
    message: Optional[str] = None
    code: Optional[str] = None
    request_id: Optional[str] = None
    retry_after: Optional[float] = None


def _read_body(body: object) -> _Told:
    """Both forms: ``{"error": "…", "error_code": "…"}`` and ``{"error": {"code": "…", "message": "…"}}``."""
    if not isinstance(body, dict):
        return _Told()
    error, detail = body.get("error"), body.get("detail")
    nested = error if isinstance(error, dict) else {}
    nested_code = _text(nested.get("code"))
    return _Told(
        message=_text(nested.get("message")) or _text(error) or _listed(error) or _text(detail) or _listed(detail),
        code=_text(body.get("error_code")) or (nested_code.upper() if nested_code else None),
        request_id=_text(body.get("request_id")),
        retry_after=number(body.get("retry_after")),
    )


def _text(value: object) -> Optional[str]:
    return value if isinstance(value, str) and value else None


def _listed(value: object) -> Optional[str]:
    """What FastAPI and the like send: a list of texts, or of objects with a ``msg``."""
    if not isinstance(value, list):
        return None
    return "; ".join(_text(item) or _text(item.get("msg") if isinstance(item, dict) else None) or "?" for item in value)


def _parsed(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
