"""Our failures, as LiveKit Agents knows them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from livekit.agents import APIConnectionError, APIStatusError, APITimeoutError

from ..exceptions import ConnectionError, KugelAudioError, TimeoutError


@contextmanager
def as_api_errors() -> Iterator[None]:
    """Raises ``APITimeoutError``, ``APIConnectionError``, or ``APIStatusError`` with status and request id."""
    try:
        yield
    except TimeoutError as error:
        raise APITimeoutError(str(error)) from error
    except ConnectionError as error:
        raise APIConnectionError(str(error)) from error
    except KugelAudioError as error:
        status = error.status_code or 500
        raise APIStatusError(error.message, status_code=status, request_id=error.request_id) from error
