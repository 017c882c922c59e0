"""Audio as it came, as numbers, and as a WAV file."""

from __future__ import annotations

import os
import struct
import sys
from array import array
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, List, Mapping, Optional, Sequence, Union

from .exceptions import ValidationError
from .frames import BYTES_PER_SAMPLE, AudioFrame, WordTimestamp, wrong_length
from .usage import SessionUsage, parse_session_usage

#: Format tags of WAV (RFC 2361).
_WAV_FORMAT = {"pcm_s16le": 1, "alaw": 6, "mulaw": 7}


@dataclass(frozen=True)
class AudioChunk:
    """A piece of audio, as it came: 16-bit little-endian samples, or one byte a sample of G.711."""

    audio: bytes = field(repr=False)
    #: Its place in the turn or context: 0, 1, 2, … without gaps.
    index: int
    #: Hz.
    sample_rate: int
    samples: int
    #: ``pcm_s16le``, ``mulaw`` or ``alaw``.
    encoding: str = "pcm_s16le"
    #: Which chunk of the text it belongs to, on sockets of streamed text.
    chunk_id: Optional[int] = None

    @property
    def duration_seconds(self) -> float:
        """Seconds that it is heard for."""
        return self.samples / self.sample_rate

    def to_float32(self) -> List[float]:
        """The samples as numbers from -1 to 1. Raises :class:`ValidationError` for G.711."""
        return to_float32(self.audio, self.encoding)


def chunk_of(frame: AudioFrame) -> AudioChunk:
    """The audio of a frame, decoded. Raises :class:`ProtocolError` where it holds other characters than base64's."""
    try:
        audio = b64decode(frame.audio)
    except ValueError:
        raise wrong_length() from None
    if len(audio) != frame.samples * BYTES_PER_SAMPLE[frame.encoding]:
        raise wrong_length()
    return AudioChunk(audio, frame.index, frame.sample_rate, frame.samples, frame.encoding, frame.chunk_id)


@dataclass(frozen=True)
class AudioResponse:
    """A whole text, spoken."""

    audio: bytes = field(repr=False)
    #: Hz.
    sample_rate: int
    samples: int
    duration_ms: float
    #: ms that the server took.
    generation_ms: float
    #: Generation time over duration.
    rtf: float
    #: Empty unless asked for.
    word_timestamps: List[WordTimestamp] = field(default_factory=list)
    usage: Optional[SessionUsage] = None
    #: ``pcm_s16le``, ``mulaw`` or ``alaw``.
    encoding: str = "pcm_s16le"

    @staticmethod
    def from_chunks(
        chunks: Sequence[AudioChunk],
        final_stats: Mapping[str, Any],
        word_timestamps: Optional[List[WordTimestamp]] = None,
        sample_rate: int = 24_000,
    ) -> AudioResponse:
        """One answer of its parts; ``sample_rate`` is for an answer without any audio."""
        first = chunks[0] if chunks else None
        return AudioResponse(
            b"".join(chunk.audio for chunk in chunks),
            first.sample_rate if first else sample_rate,
            sum(chunk.samples for chunk in chunks),
            final_stats.get("dur_ms", 0),
            final_stats.get("gen_ms", 0),
            final_stats.get("rtf", 0),
            word_timestamps or [],
            parse_session_usage(final_stats),
            first.encoding if first else "pcm_s16le",
        )

    @property
    def duration_seconds(self) -> float:
        """Seconds that it is heard for."""
        return self.samples / self.sample_rate

    def to_float32(self) -> List[float]:
        """The samples as numbers from -1 to 1. Raises :class:`ValidationError` for G.711."""
        return to_float32(self.audio, self.encoding)

    def to_wav_bytes(self) -> bytes:
        """A WAV file."""
        return wav_header(len(self.audio), self.sample_rate, self.encoding) + self.audio

    def save(self, path: Union[str, os.PathLike[str]], format: str = "wav") -> None:
        """Writes a file: ``wav``, or ``raw`` without a header. Raises :class:`ValidationError` for other formats."""
        if format not in ("wav", "raw"):
            raise ValidationError("format must be wav or raw")
        with open(path, "wb") as file:
            file.write(self.to_wav_bytes() if format == "wav" else self.audio)


def to_float32(audio: bytes, encoding: str = "pcm_s16le") -> List[float]:
    """16-bit little-endian samples as numbers from -1 to 1."""
    if encoding != "pcm_s16le":
        raise ValidationError(f"{encoding} has no samples of 16 bits: ask for pcm_8000 instead")
    samples = array("h", audio)
    if sys.byteorder == "big":
        samples.byteswap()
    return [sample / 32_768 for sample in samples]


def wav_header(audio_bytes: int, sample_rate: int, encoding: str = "pcm_s16le") -> bytes:
    """The header of a WAV file with one channel."""
    width = BYTES_PER_SAMPLE[encoding]
    form = struct.pack("<HHIIHH", _WAV_FORMAT[encoding], 1, sample_rate, sample_rate * width, width, 8 * width)
    data = struct.pack("<4sI", b"data", audio_bytes)
    return struct.pack("<4sI4s4sI", b"RIFF", 36 + audio_bytes, b"WAVE", b"fmt ", 16) + form + data
