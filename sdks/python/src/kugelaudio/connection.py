"""The options of a client, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional

from .endpoint import Endpoint, resolve_endpoint
from .exceptions import ValidationError

_TIMEOUT_S = 60.0
_RETRIES_MAX = 2
_PING_S = 20.0


@dataclass(frozen=True)
class Connection(Endpoint):
    """What every call of a client needs to know."""

    #: Seconds for a whole request, for opening a socket, and of silence while speech is expected.
    timeout: float = _TIMEOUT_S
    #: Times that a request or a turn is tried again where that is safe.
    retries_max: int = _RETRIES_MAX
    #: Seconds between pings on open sockets; None: none.
    ping_interval: Optional[float] = _PING_S

    def without_secret(self, text: str) -> str:
        """What stands for the key wherever it would be shown."""
        return text.replace(self.key, "[key]")


def read_options(
    api_key: Optional[str] = None,
    api_url: Optional[str] = None,
    tts_url: Optional[str] = None,
    timeout: float = _TIMEOUT_S,
    keepalive_ping_interval: Optional[float] = _PING_S,
    region: Optional[str] = None,
    *,
    eu_api_url: Optional[str] = None,
    max_retries: int = _RETRIES_MAX,
    check_key: bool = True,
) -> Connection:
    """Raises :class:`ValidationError` for what cannot work, before anything is sent."""
    endpoint = resolve_endpoint(
        os.environ,
        api_key=api_key,
        api_url=api_url,
        eu_api_url=eu_api_url,
        tts_url=tts_url,
        region=region,
        check_key=check_key,
    )
    if not timeout > 0:
        raise ValidationError("timeout must be a number of seconds above 0")
    if not max_retries >= 0:
        raise ValidationError("max_retries must be a number of at least 0")
    if keepalive_ping_interval is not None and not keepalive_ping_interval >= 0:
        raise ValidationError("keepalive_ping_interval must be a number of seconds, or None for no pings")
    return Connection(
        endpoint.key,
        endpoint.api_url,
        endpoint.tts_url,
        timeout,
        max_retries,
        keepalive_ping_interval or None,
    )
