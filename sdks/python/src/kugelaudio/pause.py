"""Waiting, with an end to it."""

from __future__ import annotations

import asyncio
import random
from typing import Awaitable, TypeVar

from .exceptions import TimeoutError
from .retry import DelayMs

T = TypeVar("T")


async def pause(delay_ms: DelayMs) -> None:
    """Waits for a time between two bounds, by chance."""
    await asyncio.sleep(random.uniform(*delay_ms) / 1000)


async def within(seconds: float, what: str, wait: Awaitable[T]) -> T:
    """What a wait comes to within a time; raises :class:`TimeoutError` after it."""
    try:
        return await asyncio.wait_for(wait, seconds)
    except asyncio.TimeoutError:
        error = timed_out(what, seconds)
    raise error


def timed_out(what: str, seconds: float) -> TimeoutError:
    """The error for what took longer than it may."""
    return TimeoutError(f"{what} within {seconds:g} s", status_code=503)
