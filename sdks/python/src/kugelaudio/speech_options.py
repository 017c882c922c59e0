"""How a text is spoken, as the wire has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Union

from .audio import AudioChunk
from .exceptions import KugelAudioError, ValidationError
from .frames import WordTimestamp

#: Number or handle of a voice.
VoiceId = Union[int, str]
#: What is heard of a turn: audio, the times of words, and last the totals as the server sends them.
SpeechItem = Union[AudioChunk, List[WordTimestamp], Dict[str, Any]]
#: Told that nothing had been heard yet, and that the text is said anew.
OnRestart = Callable[[KugelAudioError], None]

_CFG_SCALE_MIN = 1.2
_CFG_SCALE_MAX = 2.5


def defined(members: Mapping[str, Any]) -> Dict[str, Any]:
    """Without the members that are None."""
    return {name: value for name, value in members.items() if value is not None}


def wire_settings(members: Mapping[str, Any]) -> Dict[str, Any]:
    """The members of the wire; what is None is for the server to decide. ``cfg_scale`` is clamped to 1.2–2.5."""
    wire = defined(members)
    if "cfg_scale" in wire:
        wire["cfg_scale"] = min(_CFG_SCALE_MAX, max(_CFG_SCALE_MIN, wire["cfg_scale"]))
    return wire


@dataclass(frozen=True)
class Speech:
    """One text to be spoken."""

    message: Dict[str, Any]
    reuse_connection: bool
    on_restart: Optional[OnRestart]

    @property
    def sample_rate(self) -> int:
        """Hz that are asked for, where no audio says so."""
        rate = str(self.message.get("output_format", "")).rpartition("_")[2]
        return int(rate) if rate.isdigit() else int(self.message.get("sample_rate", 24_000))


def speech_of(
    text: str,
    model_id: str = "kugel-3",
    voice_id: Optional[VoiceId] = None,
    cfg_scale: Optional[float] = None,
    temperature: Optional[float] = None,
    max_new_tokens: Optional[int] = None,
    sample_rate: Optional[int] = None,
    output_format: Optional[str] = None,
    normalize: Optional[bool] = None,
    language: Optional[str] = None,
    word_timestamps: Optional[bool] = None,
    speed: Optional[float] = None,
    dictionary_ids: Optional[Sequence[int]] = None,
    project_id: Optional[int] = None,
    *,
    reuse_connection: bool = True,
    on_restart: Optional[OnRestart] = None,
) -> Speech:
    """
    :param text: 1 to 10,000 characters.
    :param voice_id: number or handle of a voice. Default: the default voice of the language.
    :param cfg_scale: 1.2 to 2.5; what is outside is clamped.
    :param temperature: 0 to 1.
    :param sample_rate: Hz: 8000, 16000, 22050, 24000 or 44100. Default 24000.
    :param output_format: ``pcm_8000``, ``pcm_16000``, ``pcm_22050``, ``pcm_24000``, ``ulaw_8000``, ``alaw_8000``;
        decides over ``sample_rate``.
    :param normalize: whether numbers, dates and the like are written out. Default True.
    :param language: ISO 639-1, as ``de``. Naming it saves the server from guessing.
    :param word_timestamps: whether the times of words are sent. Default False.
    :param speed: 0.8 to 1.2.
    :param dictionary_ids: exactly these dictionaries; an empty list means none.
    :param reuse_connection: False takes a socket of its own, beside all others.
    :param on_restart: told when nothing had been heard yet and the text is said anew.
    """
    if not isinstance(text, str) or text.strip() == "":
        raise ValidationError("text must hold at least one character that is not blank")
    settings = wire_settings(
        {
            "model_id": model_id,
            "voice_id": voice_id,
            "cfg_scale": cfg_scale,
            "temperature": temperature,
            "max_new_tokens": max_new_tokens,
            "sample_rate": sample_rate,
            "output_format": output_format,
            "normalize": normalize,
            "language": language,
            "word_timestamps": word_timestamps,
            "speed": speed,
            "dictionary_ids": dictionary_ids,
            "project_id": project_id,
        }
    )
    return Speech({"text": text, **settings}, reuse_connection, on_restart)
