"""Several texts at a time on one socket (``/ws/tts/multi``), each in a context with a voice of its own."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, AsyncGenerator, AsyncIterator, Dict, List, Optional, Type

from .audio import AudioChunk, chunk_of
from .both_forms import taking
from .connection import Connection
from .context_config import ContextSetup
from .exceptions import ConnectionError, KugelAudioError, TimeoutError, ValidationError
from .frames import (
    AudioFrame,
    ContextClosedFrame,
    ErrorFrame,
    Frame,
    SettingsFrame,
    TextFrame,
    WordsFrame,
    WordTimestamp,
)
from .session_link import Message, SessionLink
from .settings_update import SettingsUpdates, settings_of
from .speech_context import Answer, SpeechContext
from .speech_options import VoiceId, defined
from .spoken_text import SpokenText, pieces_of
from .usage import SessionUsage


class MultiContextSession:
    """Use it in ``async with``, or call :meth:`connect`. What is heard of each context is read by itself; nothing of
    one is lost while another is read. Belongs to one event loop."""

    def __init__(self, setup: ContextSetup, connection: Connection) -> None:
        self._setup = setup
        self._link = SessionLink(connection, "/ws/tts/multi", self)
        self._updates = SettingsUpdates()
        self._contexts: Dict[str, SpeechContext] = {}
        self._usage: Dict[str, SessionUsage] = {}
        self._words: Dict[str, List[WordTimestamp]] = {}
        self._session_id: Optional[str] = None

    @property
    def is_connected(self) -> bool:
        """Whether the socket is open."""
        return self._link.is_connected

    @property
    def is_alive(self) -> bool:
        """As :attr:`is_connected`."""
        return self.is_connected

    @property
    def session_id(self) -> Optional[str]:
        """What the server calls the session; None where it has no name for it."""
        return self._session_id

    @property
    def active_contexts(self) -> List[str]:
        """The ids of the contexts that are open."""
        return list(self._contexts)

    @property
    def context_usage(self) -> Dict[str, SessionUsage]:
        """What each closed context has used."""
        return dict(self._usage)

    def usage_for(self, context_id: str) -> Optional[SessionUsage]:
        """What a closed context has used."""
        return self._usage.get(context_id)

    def get_word_timestamps(self, context_id: str) -> List[WordTimestamp]:
        """The words of a context so far."""
        return list(self._words.get(context_id, []))

    async def connect(self) -> MultiContextSession:
        """Opens the socket."""
        await self._link.connect()
        return self

    async def __aenter__(self) -> MultiContextSession:
        return await self.connect()

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def create_context(
        self,
        context_id: str,
        voice_id: Optional[VoiceId] = None,
        voice_settings: Optional[Dict[str, Any]] = None,
    ) -> None:
        """Makes a context before anything is said in it. ``voice_settings`` are further members of the wire's:
        ``cfg_scale``, ``max_new_tokens``, …"""
        self._context(context_id, voice_id, voice_settings)

    def send(
        self,
        context_id: str,
        text: str,
        flush: bool = False,
        chunk_complete_idle_timeout: Optional[float] = None,
    ) -> AsyncIterator[AudioChunk]:
        """Adds text to a context, at once; the context is made if it is not there. Answers the audio that has come by
        now; with ``flush`` has all text spoken, and answers all of its audio. ``chunk_complete_idle_timeout`` is
        accepted for compatibility: the server says when all has come."""
        if not isinstance(text, str):
            raise ValidationError("text must be a string")
        context = self._context(context_id)
        if text == "" and not flush:
            return context.audio_until(None)
        message: Message = {"text": text, "flush": flush, "context_id": context_id}
        context.unfinished.append(message)
        answer = Answer(is_close=False) if flush else None
        if answer is not None:
            context.due.append(answer)
        self._link.send(message)
        return context.audio_until(answer)

    def flush(self, context_id: str) -> AsyncIterator[AudioChunk]:
        """Has all text of a context spoken that is there; answers its audio."""
        return self.send(context_id, "", True)

    def close_context(self, context_id: str, immediate: bool = False) -> AsyncIterator[AudioChunk]:
        """Ends a context when all is spoken, or at once (barge-in), also when the answer is not read."""
        context = self._contexts.get(context_id)
        if context is None:
            return _nothing()
        answer = Answer(is_close=True)
        self._close(context_id, context, answer, immediate)
        return context.audio_until(answer)

    async def speak(self, context_id: str, text: SpokenText) -> AsyncGenerator[AudioChunk, None]:
        """Speaks one text in a context of its own, also while it is being written; leaving the loop ends it
        (barge-in)."""
        context = self._context(context_id)
        answer = Answer(is_close=True)
        writing = asyncio.ensure_future(self._write(context_id, context, text, answer))
        audio = context.audio_until(answer)
        try:
            async for chunk in audio:
                yield chunk
            if writing.done():
                # The writer's error is the reader's.
                writing.result()
        finally:
            writing.cancel()
            await audio.aclose()
            if self._contexts.get(context_id) is context and self.is_connected:
                self.close_context(context_id, immediate=True)

    async def _write(self, context_id: str, context: SpeechContext, text: SpokenText, answer: Answer) -> None:
        try:
            async for piece in pieces_of(text):
                if self._contexts.get(context_id) is not context:
                    return
                if piece:
                    self.send(context_id, piece)
            self._close(context_id, context, answer)
        except BaseException:
            context.give_up(answer)
            raise

    async def keep_alive(self, context_id: str) -> None:
        """Keeps a context from timing out."""
        if context_id in self._contexts:
            self._link.send({"text": "", "context_id": context_id})

    @taking(settings_of)
    async def update_settings(self, settings: Dict[str, Any]) -> Dict[str, Any]:
        """Changes settings for contexts made from then on; answers all that are in effect."""
        return await self._updates.send(self._link, settings)

    async def close(self) -> Dict[str, SessionUsage]:
        """Ends all contexts and the socket at once. Answers what each closed context has used."""
        if self.is_connected:
            self._link.send({"close_socket": True})
            # The message goes out before the socket ends.
            await asyncio.sleep(0)
        self._link.end()
        self._fail(ConnectionError("The session was closed", status_code=503))
        return self.context_usage

    def _close(self, context_id: str, context: SpeechContext, answer: Answer, immediate: bool = False) -> None:
        message: Message = {"close_context": True, "context_id": context_id}
        # What is ended at once is not said anew on another socket.
        if immediate:
            message["immediate"] = True
            context.unfinished = []
        context.unfinished.append(message)
        context.due.append(answer)
        self._link.send(message)

    def _context(
        self,
        context_id: str,
        voice_id: Optional[VoiceId] = None,
        voice_settings: Optional[Dict[str, Any]] = None,
    ) -> SpeechContext:
        self._link.assert_connected()
        if not isinstance(context_id, str) or context_id == "":
            raise ValidationError("context_id must be a text that is not empty")
        context = self._contexts.get(context_id)
        if context is None:
            voice = self._setup.default_voice_id if voice_id is None else voice_id
            settings = {**defined({"voice_id": voice}), **(voice_settings or {})}
            creator = {"text": " ", "context_id": context_id, **self._setup.settings, **self._updates.changed}
            context = SpeechContext({**creator, "voice_settings": settings} if settings else creator)
            self._contexts[context_id] = context
            self._words[context_id] = context.words
            self._link.send(context.creator)
        return context

    # What the link tells.

    def is_waiting(self) -> bool:
        """For the socket: whether an answer is due."""
        return self._updates.is_due or any(context.due for context in self._contexts.values())

    def heard(self, frame: Frame) -> bool:
        """For the socket: a frame has come; whether it has brought somebody further."""
        if isinstance(frame, SettingsFrame):
            self._updates.settle(frame.settings)
            return True
        if isinstance(frame, TextFrame) and frame.kind == "session_started":
            self._session_id = frame.text
        context_id = frame.context_id
        context = self._contexts.get(context_id) if context_id is not None else None
        if isinstance(frame, ErrorFrame):
            self._error(frame.error, context_id, context)
            return False
        # Late frames of a context that is closed concern nobody.
        if context is None or context_id is None:
            return False
        if isinstance(frame, AudioFrame):
            context.order.check(frame)
            context.heard.push(chunk_of(frame))
        elif isinstance(frame, WordsFrame):
            context.words.extend(frame.words)
            if self._setup.on_word_timestamps is not None:
                self._setup.on_word_timestamps(context_id, frame.words)
        elif frame.kind == "final":
            context.answered()
        elif isinstance(frame, ContextClosedFrame):
            if frame.usage is not None:
                self._usage[context_id] = frame.usage
            self._contexts.pop(context_id).end()
        elif frame.kind == "context_timeout":
            late = TimeoutError("The context has timed out", status_code=408) if context.due else None
            self._contexts.pop(context_id).end(late)
        else:
            return False
        return True

    def salvage(self, error: KugelAudioError) -> Optional[List[Message]]:
        """For the socket, which is gone: what must be said on the next one."""
        for context_id, context in list(self._contexts.items()):
            if context.heard_since > 0:
                self._contexts.pop(context_id).end(error)
        anew = self._updates.messages
        for context in self._contexts.values():
            context.begin_anew()
            anew += [context.creator, *context.unfinished]
        return anew or None

    def restarted(self, error: KugelAudioError) -> None:
        """For the socket: another one is open."""
        if self._setup.on_restart is not None:
            self._setup.on_restart(error)

    def lost(self, error: KugelAudioError) -> None:
        """For the socket: there is no other one."""
        self._fail(error)

    def _error(self, error: KugelAudioError, context_id: Optional[str], context: Optional[SpeechContext]) -> None:
        if context_id is None:
            if not self._updates.refuse(error):
                for other in self._contexts.values():
                    other.fail(error)
        elif context is not None:
            context.fail(error)
            # What could not be made is not there.
            if error.error_code == "TOO_MANY_CONTEXTS":
                self._contexts.pop(context_id).end()

    def _fail(self, error: KugelAudioError) -> None:
        contexts, self._contexts = self._contexts, {}
        for context in contexts.values():
            context.end(error)
        while self._updates.refuse(error):
            pass


async def _nothing() -> AsyncIterator[AudioChunk]:
    nothing: List[AudioChunk] = []
    for chunk in nothing:
        yield chunk
