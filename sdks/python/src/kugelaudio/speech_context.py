"""One voice of several on a socket."""

from __future__ import annotations

import asyncio
from typing import AsyncGenerator, List, Optional, Union

from .audio import AudioChunk
from .chunk_order import ChunkOrder
from .event_queue import EventQueue
from .exceptions import KugelAudioError
from .frames import WordTimestamp
from .session_link import Message


class Answer:
    """That all audio up to one flush or close has come."""

    def __init__(self, is_close: bool) -> None:
        self.is_close = is_close
        self.is_over = False


class SpeechContext:
    def __init__(self, creator: Message) -> None:
        self.creator = creator
        #: What has been sent since all was heard for the last time.
        self.unfinished: List[Message] = []
        #: Flushes and closes that are not answered yet.
        self.due: List[Answer] = []
        self.heard: EventQueue[Union[AudioChunk, Answer, KugelAudioError]] = EventQueue()
        self.words: List[WordTimestamp] = []
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another socket counts its chunks from the start."""
        self.order = ChunkOrder()
        self._heard_before = 0

    @property
    def heard_since(self) -> int:
        """Chunks of what is unfinished."""
        return self.order.count - self._heard_before

    def give_up(self, answer: Answer) -> None:
        """What is waited for will not come."""
        answer.is_over = True
        self.heard.push(answer)

    def answered(self) -> None:
        """A flush has been answered: nothing of before is said anew."""
        # A close that is not immediate is announced by the same frame, and answered by one of its own.
        self._settle([answer for answer in self.due if not answer.is_close][:1])
        for at, message in enumerate(self.unfinished):
            # What ends a context has been heard, and is still to be acknowledged.
            is_end = "close_context" in message
            if is_end or message.get("flush"):
                self.unfinished = self.unfinished[at if is_end else at + 1 :]
                break
        self._heard_before = self.order.count

    def fail(self, error: KugelAudioError) -> None:
        """What was said in it has failed; the context is still there."""
        error.delivered_chunks = self.heard_since
        self.heard.push(error)
        self._settle(self.due)
        self.unfinished = []
        self._heard_before = self.order.count

    def end(self, error: Optional[KugelAudioError] = None) -> None:
        """The context is gone."""
        if error is not None:
            error.delivered_chunks = self.heard_since
            # Before the answers: who waits for one is told why it will not come.
            self.heard.end(error)
        self._settle(self.due)
        self.heard.end()

    async def audio_until(self, answer: Optional[Answer]) -> AsyncGenerator[AudioChunk, None]:
        """All audio up to an answer; without one, what is there. Raises what has failed."""
        if answer is None:
            # What has arrived and not been read yet is given its chance.
            await asyncio.sleep(0)
        while True:
            item = await self.heard.next(lambda: answer is None or answer.is_over)
            if isinstance(item, AudioChunk):
                yield item
            elif isinstance(item, KugelAudioError):
                raise item
            elif item is None or item is answer:
                return

    def _settle(self, answers: List[Answer]) -> None:
        for answer in list(answers):
            answer.is_over = True
            self.due.remove(answer)
            self.heard.push(answer)
