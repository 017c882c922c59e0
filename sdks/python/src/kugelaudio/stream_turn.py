"""A text of a streaming session, from its first piece to the last of its audio."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, AsyncGenerator, AsyncIterator, Callable, Dict, List, Optional

from .chunk_order import ChunkOrder
from .event_queue import EventQueue
from .frames import WordTimestamp
from .session_link import Message
from .speech_options import SpeechItem


class StreamTurn:
    def __init__(self, config: Dict[str, Any]) -> None:
        self.config = config
        self.messages: List[Message] = []
        self.order = ChunkOrder()
        self.heard: EventQueue[SpeechItem] = EventQueue()
        self.words: List[WordTimestamp] = []
        self.is_flushed = False
        #: Done when all has been heard, with the error when it has failed.
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self, error: Optional[BaseException] = None) -> None:
        self.heard.end(error)
        if self.over.done():
            return
        if error is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(error)
            # Whoever waits may have gone.
            self.over.exception()

    def anew(self) -> List[Message]:
        """All of it, as it is said on a socket that knows nothing yet."""
        if not self.messages:
            return []
        return [{**self.config, **self.messages[0]}, *self.messages[1:]]


class SpokenTurn(AsyncIterator[SpeechItem]):
    """What is heard of one turn. Who leaves it early ends the turn in that instant, so that what is said next is not
    cancelled with it: what asyncio does for a generator that is left would come too late."""

    def __init__(self, items: AsyncGenerator[SpeechItem, None], leave: Callable[[], None]) -> None:
        self._items = items
        self._leave = leave

    async def __anext__(self) -> SpeechItem:
        return await self._items.__anext__()

    async def aclose(self) -> None:
        self._leave()
        await self._items.aclose()

    def __del__(self) -> None:
        # Where the event loop is gone, so is the turn.
        with suppress(RuntimeError):
            self._leave()
