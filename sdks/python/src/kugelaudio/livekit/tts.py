"""The plugin: one socket of contexts (``/ws/tts/multi``), one context an utterance."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import AsyncIterator, List, Optional, Sequence

from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, tts, utils

from ..connection import read_options
from ..context_config import context_setup
from ..exceptions import ValidationError
from ..multi_context_session import MultiContextSession
from ..speech_options import VoiceId
from .api_errors import as_api_errors


class TTS(tts.TTS):
    """Speaks for an agent, one context an utterance on one socket. An interruption ends its context on the server."""

    def __init__(
        self,
        *,
        api_key: Optional[str] = None,
        model: str = "kugel-3",
        voice_id: Optional[VoiceId] = None,
        sample_rate: int = 24_000,
        cfg_scale: Optional[float] = None,
        max_new_tokens: Optional[int] = None,
        normalize: Optional[bool] = None,
        language: Optional[str] = None,
        speed: Optional[float] = None,
        temperature: Optional[float] = None,
        project_id: Optional[int] = None,
        dictionary_ids: Optional[Sequence[int]] = None,
        region: Optional[str] = None,
        base_url: Optional[str] = None,
        telemetry: Optional[bool] = None,
    ) -> None:
        """
        :param api_key: default: the variable ``KUGELAUDIO_API_KEY``.
        :param base_url: default: ``KUGELAUDIO_API_URL``, else the hosted endpoint.
        :param sample_rate: Hz.
        :param telemetry: accepted for compatibility: nothing is ever reported.

        The others are as in ``generate``.
        """
        super().__init__(capabilities=tts.TTSCapabilities(streaming=True), sample_rate=sample_rate, num_channels=1)
        self._connection = read_options(api_key, base_url, region=region)
        self._setup = context_setup(
            voice_id,
            model,
            sample_rate,
            cfg_scale,
            temperature,
            max_new_tokens,
            normalize,
            language,
            dictionary_ids,
            project_id=project_id,
            speed=speed,
        )
        self._line = asyncio.Lock()
        self._sessions: List[MultiContextSession] = []
        self._is_changed = False

    @property
    def model(self) -> str:
        """The model that speaks."""
        return str(self._setup.settings["model_id"])

    @property
    def provider(self) -> str:
        """Who speaks."""
        return "KugelAudio"

    def update_options(
        self,
        *,
        model: Optional[str] = None,
        voice_id: Optional[VoiceId] = None,
        language: Optional[str] = None,
        speed: Optional[float] = None,
        temperature: Optional[float] = None,
    ) -> None:
        """Other settings for what is spoken from now on; what is left out stays."""
        changed = context_setup(voice_id, model, language=language, speed=speed, temperature=temperature)
        if not changed.settings and voice_id is None:
            raise ValidationError("update_options must change something")
        settings = {**self._setup.settings, **changed.settings}
        voice = self._setup.default_voice_id if voice_id is None else voice_id
        self._setup = replace(self._setup, settings=settings, default_voice_id=voice)
        self._is_changed = True

    def prewarm(self) -> None:
        """Opens the socket ahead of the first utterance."""
        self._warming = asyncio.ensure_future(self._warm())

    async def _warm(self) -> None:
        # The first utterance tries again, and says why it fails.
        await asyncio.gather(self.session(), return_exceptions=True)

    def synthesize(self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS) -> ChunkedStream:
        """Speaks a whole text."""
        return ChunkedStream(tts=self, input_text=text, conn_options=conn_options)

    def stream(self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS) -> SynthesizeStream:
        """Speaks a text while it is being written."""
        return SynthesizeStream(tts=self, conn_options=conn_options)

    async def aclose(self) -> None:
        """Ends all sockets."""
        for session in self._sessions:
            await session.close()
        self._sessions.clear()

    async def session(self) -> MultiContextSession:
        """The socket of the settings in force. Those of earlier ones end when they have nothing to say any more."""
        async with self._line:
            for old in self._sessions[: None if self._is_changed else -1]:
                if not old.active_contexts:
                    await old.close()
            self._sessions = [each for each in self._sessions if each.is_connected]
            if self._is_changed or not self._sessions:
                self._sessions.append(await MultiContextSession(self._setup, self._connection).connect())
                self._is_changed = False
            return self._sessions[-1]


class ChunkedStream(tts.ChunkedStream):
    """A whole text."""

    _tts: TTS

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        with as_api_errors():
            session = await self._tts.session()
            request_id = utils.shortuuid()
            output_emitter.initialize(
                request_id=request_id,
                sample_rate=self._tts.sample_rate,
                num_channels=1,
                mime_type="audio/pcm",
            )
            async for chunk in session.speak(request_id, self.input_text):
                output_emitter.push(chunk.audio)


class SynthesizeStream(tts.SynthesizeStream):
    """A text while it is being written; each flush ends a segment."""

    _tts: TTS

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        with as_api_errors():
            session = await self._tts.session()
            output_emitter.initialize(
                request_id=utils.shortuuid(),
                sample_rate=self._tts.sample_rate,
                num_channels=1,
                mime_type="audio/pcm",
                stream=True,
            )
            async for piece in self._input_ch:
                if not isinstance(piece, str):
                    continue
                segment_id = utils.shortuuid()
                output_emitter.start_segment(segment_id=segment_id)
                async for chunk in session.speak(segment_id, self._segment(piece)):
                    output_emitter.push(chunk.audio)
                output_emitter.end_segment()

    async def _segment(self, first: str) -> AsyncIterator[str]:
        self._mark_started()
        yield first
        async for piece in self._input_ch:
            if not isinstance(piece, str):
                return
            yield piece
