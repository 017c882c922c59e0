"""What a message of a server is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from .classify import classify_ws_frame
from .exceptions import KugelAudioError, ProtocolError
from .numbers_of_the_wire import number
from .usage import SessionUsage, parse_session_usage

Wire = Mapping[str, Any]

#: Bytes of a sample, by encoding: 16-bit little-endian, or G.711. One channel always.
BYTES_PER_SAMPLE = {"pcm_s16le": 2, "mulaw": 1, "alaw": 1}


@dataclass(frozen=True)
class WordTimestamp:
    """When a word is heard, in ms from the start of its chunk, and where it stands in the text as sent, in UTF-16
    units."""

    word: str
    start_ms: float
    end_ms: float
    char_start: int = 0
    char_end: int = 0
    score: float = 1.0

    @property
    def duration_ms(self) -> float:
        """Milliseconds that it is heard for."""
        return self.end_ms - self.start_ms


@dataclass
class Frame:
    """One message of a server, of exactly one kind; a kind without members of its own is only its name."""

    kind: str
    chunk_id: Optional[int] = field(default=None, init=False)
    context_id: Optional[str] = field(default=None, init=False)


@dataclass
class AudioFrame(Frame):
    #: Base64, of ``samples`` samples by its length.
    audio: str
    encoding: str
    index: int
    #: Hz.
    sample_rate: int
    samples: int


@dataclass
class WordsFrame(Frame):
    words: List[WordTimestamp]


@dataclass
class ChunkFrame(Frame):
    """``generation_started`` and ``chunk_complete``."""

    text: str = ""
    audio_seconds: float = 0
    generation_ms: float = 0


@dataclass
class EndFrame(Frame):
    """``final`` and ``session_closed``: totals of a turn. ``told`` is the message as it came."""

    told: Dict[str, Any]
    usage: Optional[SessionUsage]


@dataclass
class SettingsFrame(Frame):
    settings: Dict[str, Any]


@dataclass
class ContextClosedFrame(Frame):
    usage: Optional[SessionUsage]


@dataclass
class TextFrame(Frame):
    """``warning`` and ``session_started``, with what they say."""

    text: str


@dataclass
class ErrorFrame(Frame):
    error: KugelAudioError


def parse_frame(message: object) -> Frame:
    """Reads a message of a server; one of no known kind is ``unknown``. Raises :class:`ProtocolError` for what is
    none."""
    if not isinstance(message, str):
        raise _nonsense("a message that is not text")
    try:
        wire = json.loads(message)
    except (ValueError, RecursionError):
        raise _nonsense("a message that is not JSON") from None
    if not isinstance(wire, dict):
        raise _nonsense("a message that is no object")
    frame = _read(wire)
    chunk_id, context_id = wire.get("chunk_id"), wire.get("context_id")
    if isinstance(chunk_id, int):
        frame.chunk_id = chunk_id
    if isinstance(context_id, str):
        frame.context_id = context_id
    return frame


def _read(wire: Dict[str, Any]) -> Frame:
    if wire.get("error"):
        return ErrorFrame("error", classify_ws_frame(wire))
    audio = wire.get("audio")
    if isinstance(audio, str) and audio:
        return _audio(wire, audio)
    if "word_timestamps" in wire:
        return WordsFrame("words", _words(wire["word_timestamps"]))
    for kind in ("generation_started", "chunk_complete"):
        if wire.get(kind):
            text = str(wire.get("text") or "")
            return ChunkFrame(kind, text, number(wire.get("audio_seconds")) or 0, number(wire.get("gen_ms")) or 0)
    for kind in ("final", "session_closed"):
        if wire.get(kind):
            return EndFrame(kind, wire, parse_session_usage(wire))
    if wire.get("settings_updated"):
        settings = wire.get("settings")
        return SettingsFrame("settings", settings if isinstance(settings, dict) else {})
    if wire.get("context_closed"):
        return ContextClosedFrame("context_closed", parse_session_usage(wire))
    if wire.get("session_started"):
        return TextFrame("session_started", str(wire.get("session_id") or ""))
    for kind in ("interrupted", "context_created", "context_timeout"):
        if wire.get(kind):
            return Frame(kind)
    warning = wire.get("warning")
    return TextFrame("warning", warning) if isinstance(warning, str) else Frame("unknown")


def _audio(wire: Wire, base64: str) -> AudioFrame:
    encoding = wire.get("enc") or "pcm_s16le"
    if not isinstance(encoding, str) or encoding not in BYTES_PER_SAMPLE:
        raise _nonsense("audio in an encoding that is unknown")
    index, sample_rate, samples = (number(wire.get(name)) for name in ("idx", "sr", "samples"))
    if index is None or not sample_rate or samples is None:
        raise _nonsense("audio without idx, sr or samples")
    if _length_of_base64(base64) != samples * BYTES_PER_SAMPLE[encoding]:
        raise wrong_length()
    return AudioFrame("audio", base64, encoding, int(index), int(sample_rate), int(samples))


def _length_of_base64(text: str) -> int:
    """How many bytes base64 holds, by its length alone; -1 when no bytes have such a length."""
    padding = 2 if text.endswith("==") else 1 if text.endswith("=") else 0
    return len(text) // 4 * 3 - padding if len(text) % 4 == 0 else -1


def _words(items: object) -> List[WordTimestamp]:
    if items is None:
        return []
    if not isinstance(items, list):
        raise _nonsense("word_timestamps that are no list")
    return [_word(item) for item in items]


def _word(item: object) -> WordTimestamp:
    told: Wire = item if isinstance(item, dict) else {}
    word, start_ms, end_ms = told.get("word"), number(told.get("start_ms")), number(told.get("end_ms"))
    if not isinstance(word, str) or start_ms is None or end_ms is None:
        raise _nonsense("a word without word, start_ms or end_ms")
    score = number(told.get("score"))
    start, end = (int(number(told.get(name)) or 0) for name in ("char_start", "char_end"))
    return WordTimestamp(word, start_ms, end_ms, start, end, 1.0 if score is None else score)


def wrong_length() -> ProtocolError:
    """The error for audio that is not as long as it says."""
    return _nonsense("audio whose length is not what it says")


def _nonsense(what: str) -> ProtocolError:
    return ProtocolError(f"The server sent {what}")
