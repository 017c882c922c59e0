"""An open socket: messages of JSON go out, frames come in."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Dict, List, Optional, Protocol, Union

import websockets
from websockets.asyncio.client import ClientConnection, connect

from .classify import classify_ws_close, classify_ws_handshake_error
from .connection import Connection
from .exceptions import ConnectionError, KugelAudioError, ProtocolError
from .frames import Frame, parse_frame
from .pause import pause, timed_out, within
from .retry import decide_retry_after
from .version import VERSION

#: Bytes of the longest message that is read; audio comes in pieces far shorter.
_MESSAGE_BYTES_MAX = 16 * 1024 * 1024
#: A peer that does not answer a close is left.
_CLOSE_S_MAX = 2.0

#: What the library logs of handshakes at DEBUG holds the key.
_LOGGER = logging.getLogger("kugelaudio.socket")
_LOGGER.setLevel(logging.INFO)


class SocketListener(Protocol):
    """Who hears of a socket. ``closed`` is called once, and after it nothing is."""

    def heard(self, frame: Frame) -> None: ...

    def closed(self, error: KugelAudioError) -> None: ...


class FrameSocket:
    """Belongs to the event loop that opened it."""

    def __init__(self, socket: ClientConnection, connection: Connection) -> None:
        self._socket = socket
        self._connection = connection
        self._listener: Optional[SocketListener] = None
        self._ended: Optional[KugelAudioError] = None
        #: What came before anybody listened; None from then on.
        self._early: Optional[List[Frame]] = []
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._tasks = [asyncio.ensure_future(self._read()), asyncio.ensure_future(self._write())]

    @property
    def is_open(self) -> bool:
        return self._ended is None

    def listen(self, listener: Optional[SocketListener]) -> None:
        """From now on another hears of it: first what came before anybody did. Between listeners nothing is
        expected."""
        self._listener = listener
        if listener is None:
            return
        early, self._early = self._early or [], None
        try:
            for frame in early:
                listener.heard(frame)
        except ProtocolError as error:
            self.fail(error)
        if self._ended is not None:
            self._tell_end(self._ended)

    def send(self, message: Dict[str, Any]) -> None:
        """Sends a message; on a socket that has closed it is lost, and ``closed`` says so."""
        if self.is_open:
            self._outgoing.put_nowait(json.dumps(message, ensure_ascii=False))

    def close(self) -> None:
        """Ends it from this side; its listener hears of nothing any more."""
        self._listener = None
        self.fail(ConnectionError("The connection was closed by this side", status_code=503))

    def fail(self, error: KugelAudioError) -> None:
        """Ends it with an error that its listener hears."""
        if self._ended is not None:
            return
        self._ended = error
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._tasks = [asyncio.ensure_future(self._discard())]
        self._tell_end(error)

    async def gone(self) -> None:
        """Waits until nothing is left of a socket that has ended."""
        if self._ended is not None:
            await asyncio.wait(self._tasks)

    def _tell_end(self, error: KugelAudioError) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.closed(error)

    async def _read(self) -> None:
        try:
            while self.is_open:
                self._heard(await self._socket.recv())
        except websockets.ConnectionClosed as closed:
            self.fail(self._error_of(closed))
        except ProtocolError as error:
            self.fail(error)
        except Exception as unexpected:  # Whoever waits must hear of it, whatever it is.
            failed = ConnectionError(f"Reading failed: {type(unexpected).__name__}", status_code=503)
            failed.__cause__ = unexpected
            self.fail(failed)

    def _heard(self, message: Union[str, bytes]) -> None:
        # Only audio is long, and audio holds no key.
        if isinstance(message, str) and not message.startswith('{"audio"'):
            message = self._connection.without_secret(message)
        frame = parse_frame(message)
        if self._listener is not None:
            self._listener.heard(frame)
        elif self._early is not None:
            self._early.append(frame)

    async def _write(self) -> None:
        try:
            while True:
                # Sent whole: what is cancelled here would break the frame.
                await self._socket.send(await self._outgoing.get())
        except websockets.ConnectionClosed:
            # The reader hears of it too, after all that came before.
            return

    def _error_of(self, closed: websockets.ConnectionClosed) -> KugelAudioError:
        if closed.rcvd is None:
            # The library closes by itself what it cannot read; that it says in what it has sent.
            if closed.sent is not None and closed.sent.code == 1009:
                return ProtocolError("The server sent a message that is too long")
            return classify_ws_close(1006)
        return classify_ws_close(closed.rcvd.code, self._connection.without_secret(closed.rcvd.reason))

    async def _discard(self) -> None:
        try:
            await asyncio.wait_for(self._socket.close(), _CLOSE_S_MAX)
        except (asyncio.TimeoutError, websockets.WebSocketException, OSError):
            pass
        finally:
            # Nothing, where it has closed.
            self._socket.transport.abort()


async def open_socket(connection: Connection, path: str) -> FrameSocket:
    """Opens a socket; tries again where that is safe. Raises what keeps it from opening."""
    retries = 0
    while True:
        error = None
        try:
            return await within(connection.timeout, f"{path} did not open", _open_once(connection, path))
        except KugelAudioError as thrown:
            error = thrown
        delay_ms = decide_retry_after(error, "open", retries, connection.retries_max)
        if delay_ms is None:
            raise error
        retries += 1
        await pause(delay_ms)


class _ConnectHere(connect):
    """Follows no redirect: a header with a key must not go to somebody else."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


async def _open_once(connection: Connection, path: str) -> FrameSocket:
    url = connection.tts_url + path
    try:
        socket = await _ConnectHere(
            f"{url}?sdk=python&sdk_version={VERSION}",
            additional_headers={"Authorization": f"Bearer {connection.key}"},
            user_agent_header=f"kugelaudio-python/{VERSION}",
            # Base64 of audio gains little and costs much.
            compression=None,
            open_timeout=None,
            ping_interval=connection.ping_interval,
            close_timeout=_CLOSE_S_MAX,
            max_size=_MESSAGE_BYTES_MAX,
            # The listener takes all there is; a limit would only add pauses of the reader.
            max_queue=None,
            logger=_LOGGER,
        )
        return FrameSocket(socket, connection)
    except websockets.InvalidStatus as refused:
        headers = {name.lower(): value for name, value in refused.response.headers.raw_items()}
        error = classify_ws_handshake_error(refused.response.status_code, headers)
    except asyncio.TimeoutError:
        error = timed_out(f"{path} did not open", connection.timeout)
    except (OSError, EOFError, ValueError, websockets.WebSocketException) as broken:
        why = connection.without_secret(str(broken) or type(broken).__name__)
        error = ConnectionError(f"Could not open {url}: {why}", status_code=503)
    # Raised outside of the handlers: what the library raises holds the request, and the request the key.
    raise error
