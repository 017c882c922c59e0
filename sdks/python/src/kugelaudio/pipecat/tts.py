"""The service: sentence after sentence on one pooled socket; an interruption cancels what is spoken."""

from __future__ import annotations

from typing import Any, AsyncGenerator, Dict, Optional, Sequence

from pipecat.frames.frames import CancelFrame, EndFrame, ErrorFrame, Frame, TTSAudioRawFrame
from pipecat.services.settings import TTSSettings
from pipecat.services.tts_service import TTSService

from ..audio import AudioChunk
from ..client import KugelAudio
from ..exceptions import KugelAudioError
from ..speech_options import VoiceId
from ..stream_config import OnWordTimestamps


class KugelAudioTTSService(TTSService):
    """Speaks in a pipeline. An interruption ends the speech on the server too."""

    def __init__(
        self,
        *,
        api_key: Optional[str] = None,
        model: str = "kugel-3",
        voice_id: Optional[VoiceId] = None,
        sample_rate: int = 24_000,
        cfg_scale: Optional[float] = None,
        max_new_tokens: Optional[int] = None,
        language: Optional[str] = None,
        normalize: Optional[bool] = None,
        project_id: Optional[int] = None,
        dictionary_ids: Optional[Sequence[int]] = None,
        region: Optional[str] = None,
        base_url: Optional[str] = None,
        telemetry: Optional[bool] = None,
        on_word_timestamps: Optional[OnWordTimestamps] = None,
        **kwargs: Any,
    ) -> None:
        """
        :param api_key: default: the variable ``KUGELAUDIO_API_KEY``.
        :param base_url: default: ``KUGELAUDIO_API_URL``, else the hosted endpoint.
        :param sample_rate: Hz.
        :param telemetry: accepted for compatibility: nothing is ever reported.
        :param kwargs: of Pipecat's ``TTSService``.

        The others are as in ``generate``.
        """
        voice = None if voice_id is None else str(voice_id)
        super().__init__(
            sample_rate=sample_rate,
            push_start_frame=True,
            push_stop_frames=True,
            settings=TTSSettings(model=model, voice=voice, language=language),
            **kwargs,
        )
        self._client = KugelAudio(api_key, base_url, region=region)
        self._on_word_timestamps = on_word_timestamps
        self._spoken_as: Dict[str, Any] = {
            "sample_rate": sample_rate,
            "cfg_scale": cfg_scale,
            "max_new_tokens": max_new_tokens,
            "normalize": normalize,
            "project_id": project_id,
            "dictionary_ids": dictionary_ids,
            "word_timestamps": on_word_timestamps is not None,
        }

    def can_generate_metrics(self) -> bool:
        """That it measures the time to first audio and counts characters."""
        return True

    async def stop(self, frame: EndFrame) -> None:
        """Ends the service and its socket, once all has been spoken."""
        await super().stop(frame)
        await self._client.aclose()

    async def cancel(self, frame: CancelFrame) -> None:
        """Ends the service and its socket at once."""
        await super().cancel(frame)
        await self._client.aclose()

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Optional[Frame], None]:
        """Speaks one text; what goes wrong is an ``ErrorFrame``."""
        settings = self._settings
        items = self._client.tts.stream_async(
            text, settings.model, settings.voice, language=settings.language, **self._spoken_as
        )
        try:
            await self.start_tts_usage_metrics(text)
            async for item in items:
                if isinstance(item, AudioChunk):
                    await self.stop_ttfb_metrics()
                    yield TTSAudioRawFrame(item.audio, item.sample_rate, 1, context_id)
                elif isinstance(item, list) and self._on_word_timestamps is not None:
                    self._on_word_timestamps(item)
        except KugelAudioError as error:
            yield ErrorFrame(error=f"{type(error).__name__}: {error}", exception=error)
        finally:
            # An interruption leaves here: the speech is cancelled at once.
            await items.aclose()
