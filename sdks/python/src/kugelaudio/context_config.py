"""How the contexts of a session are spoken, unless they say otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence

from .frames import WordTimestamp
from .speech_options import OnRestart, VoiceId, wire_settings

#: Told of the times of words as they come, with the context.
OnContextWords = Callable[[str, List[WordTimestamp]], None]


@dataclass(frozen=True)
class ContextSetup:
    """What a session of contexts is made with. ``settings`` are members of the wire."""

    settings: Dict[str, Any]
    default_voice_id: Optional[VoiceId] = None
    on_word_timestamps: Optional[OnContextWords] = None
    on_restart: Optional[OnRestart] = None


def context_setup(
    default_voice_id: Optional[VoiceId] = None,
    model_id: Optional[str] = None,
    sample_rate: Optional[int] = None,
    cfg_scale: Optional[float] = None,
    temperature: Optional[float] = None,
    max_new_tokens: Optional[int] = None,
    normalize: Optional[bool] = None,
    language: Optional[str] = None,
    dictionary_ids: Optional[Sequence[int]] = None,
    inactivity_timeout: Optional[float] = None,
    word_timestamps: Optional[bool] = None,
    on_word_timestamps: Optional[OnContextWords] = None,
    project_id: Optional[int] = None,
    *,
    output_format: Optional[str] = None,
    speed: Optional[float] = None,
    on_restart: Optional[OnRestart] = None,
) -> ContextSetup:
    """
    :param default_voice_id: voice of contexts that name none.
    :param inactivity_timeout: seconds after which a context that nothing is sent for is gone. Default 20.
    :param on_word_timestamps: told of the times of words as they come, with the context.
    :param on_restart: told when contexts of which nothing was heard are said anew.

    The others are as in ``generate``.
    """
    settings = wire_settings(
        {
            "model_id": model_id,
            "sample_rate": sample_rate,
            "output_format": output_format,
            "cfg_scale": cfg_scale,
            "temperature": temperature,
            "max_new_tokens": max_new_tokens,
            "normalize": normalize,
            "language": language,
            "word_timestamps": word_timestamps,
            "speed": speed,
            "dictionary_ids": dictionary_ids,
            "project_id": project_id,
            "inactivity_timeout": inactivity_timeout,
        }
    )
    return ContextSetup(settings, default_voice_id, on_word_timestamps, on_restart)
