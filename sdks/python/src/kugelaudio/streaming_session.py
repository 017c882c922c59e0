"""Speaks a text while it is being written, turn after turn on one socket (``/ws/tts/stream``)."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from types import TracebackType
from typing import Any, AsyncGenerator, AsyncIterator, Deque, Dict, List, Optional, Type

from .audio import AudioChunk, chunk_of
from .both_forms import taking
from .connection import Connection, read_options
from .exceptions import ConnectionError, KugelAudioError, ValidationError
from .frames import AudioFrame, EndFrame, ErrorFrame, Frame, SettingsFrame, WordsFrame, WordTimestamp
from .session_link import Message, SessionLink
from .settings_update import SettingsUpdates, settings_of
from .speech_options import OnRestart, SpeechItem
from .spoken_text import SpokenText, pieces_of
from .stream_config import OnWordTimestamps, StreamConfig, StreamSetup
from .stream_turn import SpokenTurn, StreamTurn
from .usage import SessionUsage


class _Cancel:
    """A cancel that is not acknowledged yet, and the turns that it ends."""

    def __init__(self, turns: List[StreamTurn]) -> None:
        self.turns = turns
        self.acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class StreamingSession:
    """Use it in ``async with``, or call :meth:`connect`. Audio is read from what :meth:`send` and :meth:`flush` answer,
    in the order it is spoken; nothing is lost between two of them. Belongs to one event loop."""

    def __init__(
        self,
        api_key: Optional[str] = None,
        tts_url: Optional[str] = None,
        config: Optional[StreamConfig] = None,
        on_word_timestamps: Optional[OnWordTimestamps] = None,
        *,
        on_restart: Optional[OnRestart] = None,
        connection: Optional[Connection] = None,
    ) -> None:
        self._config = config or StreamConfig()
        self._on_word_timestamps = on_word_timestamps
        self._on_restart = on_restart
        self._link = SessionLink(connection or read_options(api_key, tts_url), "/ws/tts/stream", self)
        self._updates = SettingsUpdates()
        self._is_config_due = True
        #: In their order; those that are flushed come first.
        self._turns: List[StreamTurn] = []
        #: Turns whose audio is read by send, flush and drain.
        self._unread: Deque[StreamTurn] = deque()
        self._cancels: Deque[_Cancel] = deque()
        self._words: List[WordTimestamp] = []
        self._usage: Optional[SessionUsage] = None
        self._final: Dict[str, Any] = {}

    @staticmethod
    def of(setup: StreamSetup, connection: Connection) -> StreamingSession:
        """A session on what a client already knows."""
        return StreamingSession(
            config=setup.config,
            on_word_timestamps=setup.on_word_timestamps,
            on_restart=setup.on_restart,
            connection=connection,
        )

    @property
    def is_connected(self) -> bool:
        """Whether the socket is open."""
        return self._link.is_connected

    @property
    def last_word_timestamps(self) -> List[WordTimestamp]:
        """The words of the turn that was heard last."""
        return list(self._words)

    @property
    def last_usage(self) -> Optional[SessionUsage]:
        """What the last turn that was spoken has used."""
        return self._usage

    @property
    def last_final(self) -> Dict[str, Any]:
        """The totals of the last turn that was spoken, as the server sent them."""
        return dict(self._final)

    async def connect(self) -> StreamingSession:
        """Opens the socket."""
        await self._link.connect()
        return self

    async def __aenter__(self) -> StreamingSession:
        return await self.connect()

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if error is None:
            await self.close()
        else:
            self._end()

    def send(self, text: str, flush: bool = False) -> AsyncIterator[AudioChunk]:
        """Adds a piece of text to the turn, at once; ``flush`` ends the turn. Answers the audio that has come by now,
        with ``flush`` all of the turn. Raises :class:`ConnectionError` when not connected."""
        if not isinstance(text, str):
            raise ValidationError("text must be a string")
        turn = self._say({"text": text, "flush": flush}, flush)
        if turn is not None and turn not in self._unread:
            self._unread.append(turn)
        return self._audio_until(turn if flush else None)

    def flush(self) -> AsyncIterator[AudioChunk]:
        """Ends the turn; answers the rest of its audio."""
        return self.send("", True)

    def drain(self) -> AsyncIterator[AudioChunk]:
        """Ends the turn, if there is one; answers all audio that is still to be read."""
        if self._turns and not self._turns[-1].is_flushed:
            return self.flush()
        return self._audio_until(self._unread[-1] if self._unread else None)

    def speak(self, text: SpokenText) -> SpokenTurn:
        """Speaks one turn: a text, or the pieces of one as they are written. Yields audio, times of words and last the
        totals; leaving the loop cancels the turn (barge-in). Connects by itself."""
        begun: List[StreamTurn] = []
        return SpokenTurn(self._spoken(text, begun), lambda: self._leave(begun))

    async def _spoken(self, text: SpokenText, begun: List[StreamTurn]) -> AsyncGenerator[SpeechItem, None]:
        await self.connect()
        pieces = pieces_of(text)
        turn: Optional[StreamTurn] = None
        async for piece in pieces:
            if piece:
                turn = self._say({"text": piece, "flush": False}, False)
                break
        if turn is None:
            return
        begun.append(turn)
        writing = asyncio.ensure_future(self._write(pieces, turn))
        try:
            while True:
                item = await turn.heard.next()
                if item is None:
                    return
                yield item
        finally:
            writing.cancel()
            self._leave(begun)

    def _leave(self, begun: List[StreamTurn]) -> None:
        """Cancels a turn that has begun and is not over: once."""
        if begun and begun.pop() in self._turns and self.is_connected:
            self._cancel()

    async def cancel_current(self) -> None:
        """Stops what is spoken and drops what is not yet (barge-in). Returns when the server has stopped."""
        self._link.assert_connected()
        self._unread.clear()
        await asyncio.shield(self._cancel().acknowledged)

    async def end_session(self) -> Dict[str, Any]:
        """Speaks what is there to its end, unheard; the next turn says its settings anew. Answers the last totals."""
        self._is_config_due = True
        if self._turns and not self._turns[-1].is_flushed:
            self._say({"close": True}, True)
        while self._turns:
            await asyncio.shield(self._turns[0].over)
        self._unread.clear()
        return self.last_final

    def update_config(self, config: Optional[StreamConfig] = None, **changes: Any) -> None:
        """Other settings from the next turn on."""
        self._config = replace(config or self._config, **changes)
        self._is_config_due = True

    @taking(settings_of)
    async def update_settings(self, settings: Dict[str, Any]) -> Dict[str, Any]:
        """Changes settings from the next turn on; answers all that are in effect. Raises what the server refuses."""
        return await self._updates.send(self._link, settings)

    async def close(self) -> Dict[str, Any]:
        """Speaks what is there to its end, unheard, then closes the socket. Answers the last totals."""
        try:
            return await self.end_session() if self.is_connected else self.last_final
        finally:
            self._end()

    def _end(self) -> None:
        self._link.end()
        self._fail(ConnectionError("The session was closed", status_code=503))

    async def _audio_until(self, last: Optional[StreamTurn]) -> AsyncGenerator[AudioChunk, None]:
        """All audio up to the end of a turn; without one, what is there."""
        while self._unread:
            turn = self._unread[0]
            if last is None and not turn.heard.has_event and not turn.heard.is_over:
                # What has arrived and not been read yet is given its chance.
                await asyncio.sleep(0)
                if not turn.heard.has_event and not turn.heard.is_over:
                    return
            item = await self._next_of(turn)
            if item is None:
                if turn is last:
                    return
            elif isinstance(item, AudioChunk):
                yield item

    async def _next_of(self, turn: StreamTurn) -> Optional[SpeechItem]:
        item = None
        try:
            item = await turn.heard.next()
        finally:
            if item is None and turn.heard.is_over and turn in self._unread:
                self._unread.remove(turn)
        return item

    async def _write(self, pieces: AsyncIterator[str], turn: StreamTurn) -> None:
        try:
            async for piece in pieces:
                if turn not in self._turns:
                    return
                if piece:
                    self._say({"text": piece, "flush": False}, False)
            if turn in self._turns and not turn.is_flushed:
                self._say({"text": "", "flush": True}, True)
        except Exception as error:
            # The writer's error is the reader's.
            turn.end(error)

    def _cancel(self) -> _Cancel:
        self._is_config_due = True
        cancel = _Cancel(list(self._turns))
        self._cancels.append(cancel)
        self._link.send({"cancel": True})
        return cancel

    def _say(self, message: Message, flush: bool) -> Optional[StreamTurn]:
        self._link.assert_connected()
        turn = self._turns[-1] if self._turns else None
        if turn is not None and (turn.is_flushed or any(turn in cancel.turns for cancel in self._cancels)):
            turn = None
        if turn is None:
            if message.get("text") == "" and not flush:
                return None
            turn = StreamTurn({**self._config.to_dict(), **self._updates.changed})
            self._turns.append(turn)
        is_first = not turn.messages and self._is_config_due
        turn.messages.append(message)
        turn.is_flushed = flush
        if is_first:
            self._is_config_due = False
        self._link.send({**turn.config, **message} if is_first else message)
        return turn

    # What the link tells.

    def is_waiting(self) -> bool:
        """For the socket: whether an answer is due."""
        return bool(self._turns and self._turns[0].is_flushed) or bool(self._cancels) or self._updates.is_due

    def heard(self, frame: Frame) -> bool:
        """For the socket: a frame has come; whether it has brought somebody further."""
        if frame.kind == "interrupted":
            self._interrupted()
            return True
        if isinstance(frame, SettingsFrame):
            self._updates.settle(frame.settings)
            return True
        if isinstance(frame, ErrorFrame) and self._updates.refuse(frame.error):
            return False
        # Until a cancel is acknowledged, all that comes belongs to what it ends.
        if self._cancels or not self._turns:
            return False
        turn = self._turns[0]
        if isinstance(frame, AudioFrame):
            turn.order.check(frame)
            turn.heard.push(chunk_of(frame))
        elif isinstance(frame, WordsFrame):
            turn.words.extend(frame.words)
            self._words = turn.words
            turn.heard.push(frame.words)
            if self._on_word_timestamps is not None:
                self._on_word_timestamps(frame.words)
        elif isinstance(frame, EndFrame) and frame.kind == "session_closed":
            self._usage = frame.usage or self._usage
            self._final = frame.told
            self._turns.pop(0)
            turn.heard.push(frame.told)
            turn.end()
        else:
            if isinstance(frame, ErrorFrame):
                self._fail_first(frame.error)
            return False
        return True

    def salvage(self, error: KugelAudioError) -> Optional[List[Message]]:
        """For the socket, which is gone: what must be said on the next one."""
        # What was to be cancelled has been, by the end of its socket.
        while self._cancels:
            self._interrupted()
        if self._turns and self._turns[0].order.count > 0:
            self._fail_first(error)
        if not self._turns:
            self._is_config_due = True
        anew = [*self._updates.messages, *(message for turn in self._turns for message in turn.anew())]
        return anew or None

    def restarted(self, error: KugelAudioError) -> None:
        """For the socket: another one is open."""
        if self._on_restart is not None:
            self._on_restart(error)

    def lost(self, error: KugelAudioError) -> None:
        """For the socket: there is no other one."""
        self._fail(error)

    def _interrupted(self) -> None:
        cancel = self._cancels.popleft() if self._cancels else None
        ended = self._turns[:1] if cancel is None else cancel.turns
        self._turns = [turn for turn in self._turns if turn not in ended]
        for turn in ended:
            turn.end()
        if cancel is not None:
            cancel.acknowledged.set_result(None)

    def _fail_first(self, error: KugelAudioError) -> None:
        """The turn that is being spoken has failed; those behind it have not."""
        turn = self._turns.pop(0)
        error.delivered_chunks = turn.order.count
        self._is_config_due = True
        turn.end(error)

    def _fail(self, error: KugelAudioError) -> None:
        turns, self._turns = self._turns, []
        error.delivered_chunks = turns[0].order.count if turns else 0
        for turn in turns:
            turn.end(error)
        while self._updates.refuse(error):
            pass
        while self._cancels:
            self._cancels.popleft().acknowledged.set_result(None)
