"""The clock of an event loop, put forward: nothing waits for time to pass."""

from __future__ import annotations

import asyncio
from typing import Optional
from weakref import WeakKeyDictionary

#: Seconds that the clock of a loop is ahead.
_AHEAD: WeakKeyDictionary[asyncio.AbstractEventLoop, float] = WeakKeyDictionary()


def later(seconds: float, loop: Optional[asyncio.AbstractEventLoop] = None) -> None:
    """From now on it is that much later, in the event loop that runs or another."""
    loop = loop or asyncio.get_running_loop()
    if loop not in _AHEAD:
        _AHEAD[loop] = 0
        time = loop.time
        loop.time = lambda: time() + _AHEAD[loop]  # type: ignore[method-assign]
    _AHEAD[loop] += seconds
    # One of another thread waits by the old clock until it is woken.
    loop.call_soon_threadsafe(lambda: None)
