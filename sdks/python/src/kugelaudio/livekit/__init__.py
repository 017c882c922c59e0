"""Speech for LiveKit Agents: ``pip install kugelaudio[livekit]``, then ``AgentSession(tts=TTS(), …)``."""

from __future__ import annotations

from .tts import TTS, ChunkedStream, SynthesizeStream

__all__ = ["TTS", "ChunkedStream", "SynthesizeStream"]
