"""What goes wrong, one class a failure. No message ever holds a key."""

from __future__ import annotations

from typing import Any, Optional, Tuple


class KugelAudioError(Exception):
    """Anything that goes wrong."""

    def __init__(
        self,
        message: str,
        *,
        status_code: Optional[int] = None,
        error_code: Optional[str] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        close_code: Optional[int] = None,
    ) -> None:
        super().__init__(message if request_id is None else f"{message} (request_id: {request_id})")
        #: Without the request id.
        self.message = message
        #: HTTP status, or what stands for it on a socket.
        self.status_code = status_code
        #: The server's name for the failure: ``RATE_LIMITED``, …
        self.error_code = error_code
        #: What to tell whoever runs the server.
        self.request_id = request_id
        #: Seconds after which trying again makes sense.
        self.retry_after = retry_after
        #: WebSocket close code, where a close was all that came.
        self.close_code = close_code
        #: Chunks of audio that had been delivered when it went wrong; nothing is spoken twice behind your back.
        self.delivered_chunks = 0

    def __reduce__(self) -> Tuple[object, ...]:
        # Across processes with all that is known, and the request id once.
        return (type(self), (self.message,), {**vars(self), "args": self.args})

    def __setstate__(self, state: Any) -> None:
        self.args = state.pop("args")
        vars(self).update(state)


class AuthenticationError(KugelAudioError):
    """401: the credential is missing, unknown, expired or revoked."""


class PermissionDeniedError(KugelAudioError):
    """403: the credential is good and may not do this."""


class InsufficientCreditsError(KugelAudioError):
    """402."""


class RateLimitError(KugelAudioError):
    """429: too many requests, streams, characters or contexts; ``retry_after`` says when to come back."""


class ValidationError(KugelAudioError):
    """400, and what is refused before anything is sent."""


class EmptyAudioError(ValidationError):
    """400: the text holds nothing that can be spoken."""


class NotFoundError(KugelAudioError):
    """404."""


class ConflictError(KugelAudioError):
    """409: the resource has changed meanwhile."""


class PayloadTooLargeError(KugelAudioError):
    """413, or close code 1009."""


class ServerError(KugelAudioError):
    """500 and other failures of the server's own."""


class ConnectionError(KugelAudioError):  # noqa: A001 - the name that every SDK has for it
    """The server cannot be reached, is not available, or the connection has broken."""


class TimeoutError(ConnectionError):  # noqa: A001 - the name that every SDK has for it
    """Nothing came in the time that was allowed."""


class ProtocolError(ConnectionError):
    """The answer is none of this protocol, or a part of it is missing."""


class ModelUnavailableError(ConnectionError):
    """503: the model is overloaded or not there."""


class ServerRestartingError(ConnectionError):
    """Close codes 1012 and 1013: the server restarts, and the turn had begun to be heard."""
