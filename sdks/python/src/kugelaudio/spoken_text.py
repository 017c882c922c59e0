"""A text, or the pieces of one as they are written."""

from __future__ import annotations

from typing import AsyncIterable, AsyncIterator, Iterable, Union

#: Such as the answer of a language model, token by token.
SpokenText = Union[str, Iterable[str], AsyncIterable[str]]


async def pieces_of(text: SpokenText) -> AsyncIterator[str]:
    if isinstance(text, str):
        yield text
    elif isinstance(text, AsyncIterable):
        async for piece in text:
            yield piece
    else:
        for piece in text:
            yield piece
