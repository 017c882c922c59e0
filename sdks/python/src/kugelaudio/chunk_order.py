"""Audio that is not whole is never passed off as whole."""

from __future__ import annotations

from typing import Optional

from .exceptions import ProtocolError
from .frames import AudioFrame
from .numbers_of_the_wire import number


class ChunkOrder:
    """Sees that no chunk of a turn or context is lost or repeated."""

    def __init__(self) -> None:
        #: Chunks that have come.
        self.count = 0
        self._next = 0
        self._samples = 0
        self._chunk_id: Optional[int] = None

    def check(self, frame: AudioFrame) -> None:
        """Raises :class:`ProtocolError` when this is not the chunk that is due."""
        # Some servers count anew within each chunk of the text.
        begins_anew = frame.index == 0 and frame.chunk_id != self._chunk_id
        if frame.index != self._next and not begins_anew:
            raise ProtocolError(
                f"Chunk {self._next} of the audio was expected and chunk {frame.index} came: "
                "something was lost or repeated"
            )
        self._next = frame.index + 1
        self._chunk_id = frame.chunk_id
        self._samples += frame.samples
        self.count += 1

    def check_total(self, total_samples: object) -> None:
        """Raises :class:`ProtocolError` when less or more has come than the server says it has sent."""
        total = number(total_samples)
        if total is not None and total != self._samples:
            raise ProtocolError(f"{self._samples} of {total:.0f} samples have come: something was lost or repeated")
