"""Speech for Pipecat: ``pip install kugelaudio[pipecat]``, then ``KugelAudioTTSService(voice_id=…)`` in a pipeline."""

from __future__ import annotations

from .tts import KugelAudioTTSService

__all__ = ["KugelAudioTTSService"]
