"""``client.tts``: every kind of speech."""

from __future__ import annotations

from typing import AsyncGenerator, Iterator, List

from .audio import AudioChunk, AudioResponse
from .both_forms import taking
from .context_config import ContextSetup, context_setup
from .exceptions import ProtocolError
from .exchange import HttpRequest, Path
from .frames import WordTimestamp
from .multi_context_session import MultiContextSession
from .speaking import Speaking
from .speech_options import Speech, SpeechItem, speech_of
from .stream_config import StreamSetup, stream_setup
from .streaming_session import StreamingSession
from .sync_sessions import MultiContextSessionSync, StreamingSessionSync
from .ways_out import WaysOut


class TTSResource:
    """``client.tts``: every kind of speech."""

    def __init__(self, ways_out: WaysOut) -> None:
        self._ways_out = ways_out

    def connect(self, model: str = "kugel-3") -> None:
        """Opens the socket of :meth:`generate` and :meth:`stream` ahead of the first turn, which then begins sooner."""
        self._ways_out.run(self.connect_async(model))

    async def connect_async(self, model: str = "kugel-3") -> None:
        """Opens the socket of this event loop. ``model`` is accepted for compatibility: every socket speaks all."""
        await self._ways_out.speaking.connect()

    def is_connected(self) -> bool:
        """Whether a socket of one-shot speech is open."""
        return self._ways_out.is_connected

    @taking(speech_of)
    def generate(self, speech: Speech) -> AudioResponse:
        """Speaks a text; answers all of it."""
        return self._ways_out.run(self._whole(speech))

    @taking(speech_of)
    async def generate_async(self, speech: Speech) -> AudioResponse:
        """Speaks a text; answers all of it."""
        return await self._whole(speech)

    @taking(speech_of)
    def stream(self, speech: Speech) -> Iterator[SpeechItem]:
        """Speaks a text as it is made: yields :class:`AudioChunk`, lists of :class:`WordTimestamp`, and last the totals
        as a dict. Leaving the loop stops the speech."""
        return self._ways_out.thread.iterate(self._spoken(speech))

    @taking(speech_of)
    def stream_async(self, speech: Speech) -> AsyncGenerator[SpeechItem, None]:
        """As :meth:`stream`, for ``async for``."""
        return self._spoken(speech)

    def download(self, text: str, path: Path, output_format: str = "mp3", **settings: object) -> None:
        """Speaks a text over HTTP into a file, in any format of the server's: ``mp3``, ``wav``, ``opus``, … The file is
        there only when it is whole. ``settings`` as in :meth:`generate`."""
        self._ways_out.run(self.download_async(text, path, output_format, **settings))

    async def download_async(self, text: str, path: Path, output_format: str = "mp3", **settings: object) -> None:
        """As :meth:`download`."""
        message = speech_of(text, output_format=output_format, **settings).message  # type: ignore[arg-type]
        request = HttpRequest("POST", "/v1/tts/generate", json=message, accept="*/*")
        await self._ways_out.exchange.download(request, path)

    @taking(stream_setup)
    def streaming_session(self, setup: StreamSetup) -> StreamingSession:
        """Speaks text while it is written, turn after turn. Use it in ``async with``."""
        return StreamingSession.of(setup, self._ways_out.connection)

    @taking(stream_setup)
    def streaming_session_sync(self, setup: StreamSetup) -> StreamingSessionSync:
        """The same in ``with``, for programs without an event loop."""
        session = StreamingSession.of(setup, self._ways_out.connection)
        return StreamingSessionSync(session, self._ways_out.thread)

    @taking(context_setup)
    def multi_context_session(self, setup: ContextSetup) -> MultiContextSession:
        """Speaks several texts at a time on one socket. Use it in ``async with``."""
        return MultiContextSession(setup, self._ways_out.connection)

    @taking(context_setup)
    def multi_context_session_sync(self, setup: ContextSetup) -> MultiContextSessionSync:
        """The same in ``with``, for programs without an event loop."""
        return MultiContextSessionSync(MultiContextSession(setup, self._ways_out.connection), self._ways_out.thread)

    async def _spoken(self, speech: Speech) -> AsyncGenerator[SpeechItem, None]:
        shared = self._ways_out.speaking
        speaking = shared if speech.reuse_connection else Speaking(self._ways_out.connection)
        items = speaking.speak(speech)
        try:
            async for item in items:
                yield item
        finally:
            await items.aclose()
            if speaking is not shared:
                await speaking.close()

    async def _whole(self, speech: Speech) -> AudioResponse:
        chunks: List[AudioChunk] = []
        words: List[WordTimestamp] = []
        async for item in self._spoken(speech):
            if isinstance(item, AudioChunk):
                chunks.append(item)
            elif isinstance(item, list):
                words += item
            else:
                return AudioResponse.from_chunks(chunks, item, words, speech.sample_rate)
        raise ProtocolError("The speech ended without an end")
