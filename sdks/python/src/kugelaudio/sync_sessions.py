"""Sessions for programs without an event loop: the same calls, which wait and answer lists."""

from __future__ import annotations

from types import TracebackType
from typing import Any, AsyncIterator, Callable, Dict, Iterable, Iterator, List, Optional, Type, Union

from .audio import AudioChunk
from .both_forms import taking
from .frames import WordTimestamp
from .loop_thread import LoopThread, collected
from .multi_context_session import MultiContextSession
from .settings_update import settings_of
from .speech_options import SpeechItem, VoiceId
from .streaming_session import StreamingSession
from .usage import SessionUsage


class StreamingSessionSync:
    """A :class:`StreamingSession` whose calls wait. Use it in ``with``."""

    def __init__(self, session: StreamingSession, thread: Optional[LoopThread] = None) -> None:
        self._session = session
        self._thread = thread or LoopThread()

    def __enter__(self) -> StreamingSessionSync:
        self._thread.run(self._session.connect())
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._thread.run(self._session.__aexit__(kind, error, traceback))

    def send(self, text: str, flush: bool = False) -> List[AudioChunk]:
        """Adds a piece of text to the turn; answers the audio that has come by now. ``flush`` ends the turn, and
        answers all of it."""
        return self._all(lambda: self._session.send(text, flush))

    def flush(self) -> List[AudioChunk]:
        """Ends the turn; answers the rest of its audio."""
        return self._all(self._session.flush)

    def drain(self) -> List[AudioChunk]:
        """Ends the turn, if there is one; answers all audio that is still to be read."""
        return self._all(self._session.drain)

    def speak(self, text: Union[str, Iterable[str]]) -> Iterator[SpeechItem]:
        """Speaks one turn; yields as it comes. Leaving the loop cancels the turn."""
        return self._thread.iterate(self._session.speak(text))

    def cancel_current(self) -> None:
        """Stops what is spoken and drops what is not yet (barge-in)."""
        self._thread.run(self._session.cancel_current())

    @taking(settings_of)
    def update_settings(self, settings: Dict[str, Any]) -> Dict[str, Any]:
        """Changes settings; answers all that are in effect."""
        return self._thread.run(self._session.update_settings(**settings))

    @property
    def last_word_timestamps(self) -> List[WordTimestamp]:
        """The words of the turn that was heard last."""
        return self._session.last_word_timestamps

    @property
    def last_usage(self) -> Optional[SessionUsage]:
        """What the last turn that was spoken has used."""
        return self._session.last_usage

    @property
    def last_final(self) -> Dict[str, Any]:
        """The totals of the last turn that was spoken, as the server sent them."""
        return self._session.last_final

    def close(self) -> Dict[str, Any]:
        """Speaks what is there to its end, unheard, then closes the socket. Answers the last totals."""
        return self._thread.run(self._session.close())

    def _all(self, call: Callable[[], AsyncIterator[AudioChunk]]) -> List[AudioChunk]:
        return self._thread.run(_answer_of(call))


class MultiContextSessionSync:
    """A :class:`MultiContextSession` whose calls wait. Use it in ``with``."""

    def __init__(self, session: MultiContextSession, thread: LoopThread) -> None:
        self._session = session
        self._thread = thread

    def __enter__(self) -> MultiContextSessionSync:
        self._thread.run(self._session.connect())
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def create_context(self, context_id: str, voice_id: Optional[VoiceId] = None) -> None:
        """Makes a context before anything is said in it."""
        self._thread.run(self._session.create_context(context_id, voice_id))

    def send(self, context_id: str, text: str, flush: bool = False) -> List[AudioChunk]:
        """Adds text to a context, which is made if it is not there; answers the audio that has come by now, with
        ``flush`` all."""
        return self._all(lambda: self._session.send(context_id, text, flush))

    def flush(self, context_id: str) -> List[AudioChunk]:
        """Has all text of a context spoken; answers the rest of its audio."""
        return self._all(lambda: self._session.flush(context_id))

    def close_context(self, context_id: str, immediate: bool = False) -> List[AudioChunk]:
        """Ends a context; answers the rest of its audio. ``immediate`` drops what is not spoken yet."""
        return self._all(lambda: self._session.close_context(context_id, immediate))

    def keep_alive(self, context_id: str) -> None:
        """Keeps a context in which nothing is said from timing out."""
        self._thread.run(self._session.keep_alive(context_id))

    @taking(settings_of)
    def update_settings(self, settings: Dict[str, Any]) -> Dict[str, Any]:
        """Changes settings; answers all that are in effect."""
        return self._thread.run(self._session.update_settings(**settings))

    def usage_for(self, context_id: str) -> Optional[SessionUsage]:
        """What a closed context has used."""
        return self._session.usage_for(context_id)

    @property
    def active_contexts(self) -> List[str]:
        """The ids of the contexts that are open."""
        return self._session.active_contexts

    def close(self) -> Dict[str, SessionUsage]:
        """Closes the socket. Answers what each context has used."""
        return self._thread.run(self._session.close())

    def _all(self, call: Callable[[], AsyncIterator[AudioChunk]]) -> List[AudioChunk]:
        return self._thread.run(_answer_of(call))


async def _answer_of(call: Callable[[], AsyncIterator[AudioChunk]]) -> List[AudioChunk]:
    """Called where the session is at home."""
    return await collected(call())
