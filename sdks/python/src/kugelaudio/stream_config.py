"""How the text of a streaming session is spoken, and when a chunk of it is begun."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence

from .frames import WordTimestamp
from .speech_options import OnRestart, VoiceId, wire_settings

#: Told of the times of words as they come.
OnWordTimestamps = Callable[[List[WordTimestamp]], None]


@dataclass
class StreamConfig:
    """What is None is for the server to decide. Members without a comment are as in ``generate``."""

    voice_id: Optional[VoiceId] = None
    model_id: Optional[str] = None
    cfg_scale: Optional[float] = None
    temperature: Optional[float] = None
    max_new_tokens: Optional[int] = None
    sample_rate: Optional[int] = None
    output_format: Optional[str] = None
    #: ms without new text after which what there is is spoken. Default 500.
    flush_timeout_ms: Optional[int] = None
    #: Characters that are spoken at the latest, whether a sentence ends or not. Default 1000.
    max_buffer_length: Optional[int] = None
    normalize: Optional[bool] = None
    language: Optional[str] = None
    word_timestamps: Optional[bool] = None
    #: Characters after which a chunk ends at the next sentence; the last entry repeats.
    chunk_length_schedule: Optional[Sequence[int]] = None
    #: Whether every sentence is a chunk. Default False.
    auto_mode: Optional[bool] = None
    speed: Optional[float] = None
    dictionary_ids: Optional[Sequence[int]] = None
    project_id: Optional[int] = None

    def to_dict(self) -> Dict[str, Any]:
        """The members of the wire."""
        return wire_settings(asdict(self))


@dataclass(frozen=True)
class StreamSetup:
    """What a streaming session is made with."""

    config: StreamConfig
    on_word_timestamps: Optional[OnWordTimestamps] = None
    on_restart: Optional[OnRestart] = None


def stream_setup(
    voice_id: Optional[VoiceId] = None,
    model_id: Optional[str] = None,
    cfg_scale: Optional[float] = None,
    temperature: Optional[float] = None,
    max_new_tokens: Optional[int] = None,
    sample_rate: Optional[int] = None,
    flush_timeout_ms: Optional[int] = None,
    normalize: Optional[bool] = None,
    language: Optional[str] = None,
    word_timestamps: Optional[bool] = None,
    speed: Optional[float] = None,
    dictionary_ids: Optional[Sequence[int]] = None,
    on_word_timestamps: Optional[OnWordTimestamps] = None,
    project_id: Optional[int] = None,
    *,
    output_format: Optional[str] = None,
    max_buffer_length: Optional[int] = None,
    chunk_length_schedule: Optional[Sequence[int]] = None,
    auto_mode: Optional[bool] = None,
    on_restart: Optional[OnRestart] = None,
) -> StreamSetup:
    """
    :param flush_timeout_ms: ms without new text after which what there is is spoken. Default 500.
    :param max_buffer_length: characters that are spoken at the latest. Default 1000.
    :param chunk_length_schedule: characters after which a chunk ends at the next sentence; the last entry repeats.
    :param auto_mode: whether every sentence is a chunk. Default False.
    :param on_word_timestamps: told of the times of words as they come.
    :param on_restart: told when a turn of which nothing was heard is said anew.

    The others are as in ``generate``.
    """
    config = StreamConfig(
        voice_id=voice_id,
        model_id=model_id,
        cfg_scale=cfg_scale,
        temperature=temperature,
        max_new_tokens=max_new_tokens,
        sample_rate=sample_rate,
        output_format=output_format,
        flush_timeout_ms=flush_timeout_ms,
        max_buffer_length=max_buffer_length,
        normalize=normalize,
        language=language,
        word_timestamps=word_timestamps,
        chunk_length_schedule=chunk_length_schedule,
        auto_mode=auto_mode,
        speed=speed,
        dictionary_ids=dictionary_ids,
        project_id=project_id,
    )
    return StreamSetup(config, on_word_timestamps, on_restart)
