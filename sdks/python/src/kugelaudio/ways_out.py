"""The ways out of one client: what each event loop has opened."""

from __future__ import annotations

import asyncio
import weakref
from typing import Coroutine, TypeVar

from .connection import Connection
from .exchange import Exchange
from .loop_thread import LoopThread
from .speaking import Speaking

T = TypeVar("T")


class _OfLoop:
    """What is used in one event loop, and in no other."""

    def __init__(self, connection: Connection) -> None:
        self.exchange = Exchange(connection)
        self.speaking = Speaking(connection)


class WaysOut:
    """Sockets and connections are kept per event loop; calls that wait share the loop of a thread."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.thread = LoopThread()
        self._of_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _OfLoop] = weakref.WeakKeyDictionary()

    @property
    def exchange(self) -> Exchange:
        """For requests of the event loop that is running."""
        return self._here().exchange

    @property
    def speaking(self) -> Speaking:
        """For speech of the event loop that is running."""
        return self._here().speaking

    @property
    def is_connected(self) -> bool:
        """Whether a socket of one-shot speech is open."""
        return any(opened.speaking.is_connected for opened in list(self._of_loop.values()))

    def run(self, work: Coroutine[object, object, T]) -> T:
        """What a coroutine comes to, for who has no event loop."""
        return self.thread.run(work)

    async def close_here(self) -> None:
        """Ends what the running event loop has opened."""
        opened = self._of_loop.pop(asyncio.get_running_loop(), None)
        if opened is not None:
            await opened.speaking.close()
            await opened.exchange.close()

    def close(self) -> None:
        """Ends what calls that wait have opened, and tells other event loops to end theirs."""
        self.thread.stop(self.close_here())
        for loop in list(self._of_loop.keys()):
            if loop.is_running():
                closing = self.close_here()
                try:
                    asyncio.run_coroutine_threadsafe(closing, loop)
                except RuntimeError:
                    # It has ended meanwhile.
                    closing.close()

    def _here(self) -> _OfLoop:
        loop = asyncio.get_running_loop()
        opened = self._of_loop.get(loop)
        if opened is None:
            opened = self._of_loop[loop] = _OfLoop(self.connection)
        return opened
