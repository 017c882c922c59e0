"""The socket of a session of many turns."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Optional, Protocol

from .connection import Connection
from .exceptions import ConnectionError, KugelAudioError
from .frame_socket import FrameSocket, open_socket
from .frames import Frame
from .pause import pause, timed_out
from .retry import DelayMs, decide_retry_after

Message = Dict[str, Any]


class LinkedSession(Protocol):
    """What a session knows and its socket does not."""

    def heard(self, frame: Frame) -> bool:
        """A frame has come; whether it has brought somebody further. May raise ``ProtocolError``: then the socket is
        given up."""

    def is_waiting(self) -> bool:
        """Whether an answer is due: then silence has a limit."""

    def salvage(self, error: KugelAudioError) -> Optional[List[Message]]:
        """The socket is gone. Fails all that has been heard of, which is never said anew, and answers what must be
        said on the next socket; None when there is nothing."""

    def lost(self, error: KugelAudioError) -> None:
        """Nothing can be said any more: fails everything."""

    def restarted(self, error: KugelAudioError) -> None:
        """What nobody had heard of is being said anew on another socket."""


class SessionLink:
    """Opened anew when the server restarts or the connection breaks, by the contract for rolling deploys (wire
    protocol, section 9.6). An idle session whose socket has gone opens the next when it needs it."""

    def __init__(self, connection: Connection, path: str, session: LinkedSession) -> None:
        self._connection = connection
        self._path = path
        self._session = session
        self._socket: Optional[FrameSocket] = None
        #: new, open, opening, dormant or ended
        self._state = "new"
        self._silence: Optional[asyncio.TimerHandle] = None
        self._opening: Optional[asyncio.Task[None]] = None
        self._retries = 0

    @property
    def is_connected(self) -> bool:
        """Whether messages can be sent: now, or as soon as the socket is open again."""
        return self._state not in ("new", "ended")

    async def connect(self) -> None:
        """Opens the first socket. Raises what keeps it from opening; then it may be tried again."""
        if self.is_connected:
            return
        if self._state == "ended":
            raise _ended()
        socket = await open_socket(self._connection, self._path)
        if self._state == "new":
            self._take(socket)
        else:
            socket.close()

    def assert_connected(self) -> None:
        """Raises :class:`ConnectionError` where nothing can be sent."""
        if not self.is_connected:
            raise _ended()

    def send(self, message: Message) -> None:
        """Sends a message. Where the socket is being opened anew it is not sent: the session keeps it as unfinished,
        and it goes out with the rest. Raises :class:`ConnectionError` where there is no connection."""
        self.assert_connected()
        if self._state == "open" and self._socket is not None:
            self._socket.send(message)
        if self._state == "dormant":
            self._reopen(_ended(), (0, 0))
        self._watch()

    def end(self) -> None:
        """Ends the socket and every attempt at another."""
        if self._state == "ended":
            return
        self._state = "ended"
        self._stop_watching()
        if self._opening is not None and self._opening is not asyncio.current_task():
            self._opening.cancel()
        if self._socket is not None:
            self._socket.close()

    def heard(self, frame: Frame) -> None:
        if frame.kind == "unknown":
            return
        # A server that greets and closes, again and again, is not tried for ever.
        if self._session.heard(frame):
            self._retries = 0
        self._stop_watching()
        self._watch()

    def closed(self, error: KugelAudioError) -> None:
        self._stop_watching()
        if self._state == "ended":
            return
        delay_ms = decide_retry_after(error, "turn", self._retries, self._connection.retries_max)
        if delay_ms is None:
            return self._lose(error)
        self._state = "opening"
        unfinished = self._session.salvage(error)
        # The session may have been ended by who was told.
        if not self.is_connected:
            return None
        if unfinished is None:
            self._state = "dormant"
        else:
            self._reopen(error, delay_ms)
        return None

    def _watch(self) -> None:
        """Sees that an answer that is due comes; what is sent meanwhile gives it no more time."""
        if self._silence is not None or self._state != "open" or not self._session.is_waiting():
            return
        self._silence = asyncio.get_running_loop().call_later(self._connection.timeout, self._fell_silent)

    def _fell_silent(self) -> None:
        if self._socket is not None:
            self._socket.fail(timed_out("The server said nothing", self._connection.timeout))

    def _stop_watching(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
        self._silence = None

    def _take(self, socket: FrameSocket) -> None:
        self._socket = socket
        self._state = "open"
        socket.listen(self)

    def _reopen(self, error: KugelAudioError, delay_ms: DelayMs) -> None:
        self._state = "opening"
        self._retries += 1
        self._opening = asyncio.ensure_future(self._open_anew(error, delay_ms))

    async def _open_anew(self, error: KugelAudioError, delay_ms: DelayMs) -> None:
        try:
            await pause(delay_ms)
            socket = await open_socket(self._connection, self._path)
        except KugelAudioError as thrown:
            return self._lose(thrown)
        for message in self._session.salvage(error) or []:
            socket.send(message)
        if error.close_code is not None:
            self._session.restarted(error)
        self._take(socket)
        self._watch()
        return None

    def _lose(self, error: KugelAudioError) -> None:
        if self._state != "ended":
            self.end()
            self._session.lost(error)


def _ended() -> ConnectionError:
    return ConnectionError("The session is not connected: use it in `async with`, or call connect() first")
