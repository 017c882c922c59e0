"""The socket of one-shot turns (``/ws/tts``), kept for many of them."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncGenerator, Dict, Optional, Set

from .audio import chunk_of
from .chunk_order import ChunkOrder
from .connection import Connection
from .event_queue import EventQueue
from .exceptions import ConnectionError, KugelAudioError, ProtocolError
from .frame_socket import FrameSocket, open_socket
from .frames import AudioFrame, EndFrame, ErrorFrame, Frame, WordsFrame
from .pause import pause, timed_out
from .retry import decide_retry_after
from .speech_options import Speech, SpeechItem

#: Seconds in which a cancel must be acknowledged; then its socket is given up.
_CANCEL_S_MAX = 5.0


class Speaking:
    """One turn is under way at a time, so that a cancel never meets another's; whoever comes meanwhile waits in line.

    Belongs to one event loop.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._socket: Optional[FrameSocket] = None
        self._line = asyncio.Lock()
        self._tasks: Set[asyncio.Task[None]] = set()

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and self._socket.is_open

    async def connect(self) -> None:
        """Opens the socket ahead of the first turn."""
        async with self._line:
            await self._opened()

    async def close(self) -> None:
        """Ends the socket and whatever is spoken or waits; afterwards it can be used again."""
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            self._socket.fail(_closed())
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.gone()

    async def speak(self, speech: Speech) -> AsyncGenerator[SpeechItem, None]:
        """Speaks a text. Leaving the iteration ends the speech."""
        heard: EventQueue[SpeechItem] = EventQueue()
        task = asyncio.ensure_future(self._in_line(speech, heard))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # One that is cancelled before it has begun tells nobody by itself.
        task.add_done_callback(lambda _: heard.end(_closed()))
        try:
            while True:
                item = await heard.next()
                if item is None:
                    return
                yield item
        finally:
            task.cancel()

    async def _in_line(self, speech: Speech, heard: EventQueue[SpeechItem]) -> None:
        try:
            async with self._line:
                await self._spoken(speech, heard)
            heard.end()
        except asyncio.CancelledError:
            heard.end(_closed())
            raise
        except BaseException as error:
            heard.end(error)

    async def _spoken(self, speech: Speech, heard: EventQueue[SpeechItem]) -> None:
        retries = 0
        while True:
            # Opening has tries of its own.
            socket = await self._opened()
            turn = _Turn(socket, self._connection.timeout, heard)
            try:
                return await turn.spoken(speech.message)
            except KugelAudioError as thrown:
                error = thrown
            error.delivered_chunks = turn.order.count
            delay_ms = decide_retry_after(
                error, "turn", retries, self._connection.retries_max, audio_arrived=turn.order.count > 0
            )
            if delay_ms is None:
                raise error
            if speech.on_restart is not None:
                speech.on_restart(error)
            retries += 1
            await pause(delay_ms)

    async def _opened(self) -> FrameSocket:
        if self._socket is None or not self._socket.is_open:
            self._socket = await open_socket(self._connection, "/ws/tts")
        return self._socket


def _closed() -> ConnectionError:
    return ConnectionError("The client was closed", status_code=503)


class _Turn:
    """One try of one text on an open socket."""

    def __init__(self, socket: FrameSocket, timeout: float, heard: EventQueue[SpeechItem]) -> None:
        self.order = ChunkOrder()
        self._socket = socket
        self._timeout = timeout
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self._is_cancelled = False
        self._silence = self._silent_for(timeout)

    async def spoken(self, message: Dict[str, Any]) -> None:
        """Returns or raises only when the socket is free for the next turn, or gone."""
        self._socket.listen(self)
        self._socket.send(message)
        try:
            await asyncio.shield(self._over)
        except asyncio.CancelledError:
            await self._cancel()
            raise
        finally:
            self._silence.cancel()
            self._socket.listen(None)

    def heard(self, frame: Frame) -> None:
        # A cancel is always acknowledged, even when the turn had ended before it arrived: until then nothing is the
        # next's.
        if frame.kind == "interrupted":
            return self._settle(ConnectionError("The speech was interrupted", status_code=503))
        if self._is_cancelled or self._over.done():
            return None
        if isinstance(frame, ErrorFrame):
            return self._settle(frame.error)
        if isinstance(frame, EndFrame) and frame.kind == "final":
            self.order.check_total(frame.told.get("total_samples"))
            self._heard.push(frame.told)
            return self._settle()
        if isinstance(frame, AudioFrame):
            self.order.check(frame)
            self._heard.push(self._decoded(frame))
        elif isinstance(frame, WordsFrame):
            self._heard.push(frame.words)
        else:
            return None
        self._silence.cancel()
        self._silence = self._silent_for(self._timeout)
        return None

    def closed(self, error: KugelAudioError) -> None:
        self._settle(error)

    def _decoded(self, frame: AudioFrame) -> SpeechItem:
        try:
            return chunk_of(frame)
        except ProtocolError:
            self.order.count -= 1
            raise

    async def _cancel(self) -> None:
        if self._over.done():
            return
        self._is_cancelled = True
        self._silence.cancel()
        self._silence = self._silent_for(_CANCEL_S_MAX)
        self._socket.send({"cancel": True})
        try:
            await asyncio.shield(self._over)
        except KugelAudioError:
            pass
        except asyncio.CancelledError:
            self._socket.close()

    def _silent_for(self, seconds: float) -> asyncio.TimerHandle:
        return self._loop.call_later(seconds, lambda: self._socket.fail(timed_out("The server said nothing", seconds)))

    def _settle(self, error: Optional[KugelAudioError] = None) -> None:
        if self._over.done():
            return
        if error is None:
            self._over.set_result(None)
        else:
            self._over.set_exception(error)
            # Whoever waits may have gone.
            self._over.exception()
