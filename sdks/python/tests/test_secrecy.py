"""Whatever a server answers, and be it the key itself: nothing that is shown, logged or raised holds the key."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import pickle
import traceback
from typing import AsyncIterator, Awaitable, Callable, Dict, List, Optional, Tuple, Type

import pytest
import pytest_asyncio
from later import later
from scripted_server import Message, Peer, ScriptedServer, audio

from kugelaudio import KugelAudio, KugelAudioError, ValidationError, exceptions

#: Opens nothing; `eu-` is no part of it.
KEY = "sk_test_0123456789abcdefghij"
REFUSALS = [
    *((status, None) for status in (400, 401, 402, 403, 404, 408, 409, 413, 418, 429, 500, 502, 503, 504)),
    (400, "EMPTY_AUDIO"),
    (503, "MODEL_UNAVAILABLE"),
]
CLOSES = [1000, 1008, 1009, 1011, 1012, 1013, 4000, 4001, 4003, 4029, 4500, 4999]
NO_MESSAGES = [f"<html>{KEY}", f'["{KEY}"]', json.dumps({**audio(0), "samples": 9, "idx": KEY})]


@pytest_asyncio.fixture
async def echo() -> AsyncIterator[Tuple[str, List[bytes]]]:
    """A server of HTTP that answers what is set, and says in it which key it was asked with."""
    answers: List[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert KEY.encode() in head
        writer.write(answers[0])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", answers
    server.close()


def assert_silent(error: BaseException) -> None:
    told = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    assert KEY not in told + str(error) + repr(error) + repr(vars(error)) + repr(error.__context__)
    assert KEY.encode() not in pickle.dumps(error)


def begin_and_close(peer: Peer) -> None:
    peer.say(audio(0))
    peer.close(1012, KEY)


async def failure_of(call: Awaitable[object]) -> KugelAudioError:
    with pytest.raises(KugelAudioError) as raised:
        await call
    assert_silent(raised.value)
    return raised.value


async def test_errors_of_every_class_hold_no_key_nor_does_a_log_at_debug(
    echo: Tuple[str, List[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url, answers = echo
    seen: Dict[str, Type[KugelAudioError]] = {}

    def note(error: KugelAudioError) -> None:
        seen[type(error).__name__] = type(error)

    async with KugelAudio(f"eu-{KEY}", url, max_retries=0) as client:
        shown = [client, vars(client), client._ways_out.connection, client.tts.streaming_session(), client.tts]
        assert KEY not in "".join(map(repr, shown))
        for status, code in REFUSALS:
            body = json.dumps({"error": f"{KEY} may not", "error_code": code}).encode()
            nested = json.dumps({"error": {"code": "forbidden", "message": f"not {KEY}"}}).encode()
            for text in (body, nested, KEY.encode()):
                answers[:] = [b"HTTP/1.1 %d Whatever\r\nContent-Length: %d\r\n\r\n%s" % (status, len(text), text)]
                note(await failure_of(client.models.list.aio()))
                note(await failure_of(client.tts.download_async("Hello", "never")))
        for answered in (
            b"",
            f"nothing {KEY}".encode(),
            b"HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n" + KEY.encode(),
        ):
            answers[:] = [answered]
            note(await failure_of(client.models.list.aio()))

    frames: List[Message] = [
        {"error": f"{KEY} may not", "error_code": code, "code": status} for status, code in REFUSALS
    ]
    says: List[Callable[[Peer], None]] = [
        *(functools.partial(Peer.say, frame=frame) for frame in frames),
        *(functools.partial(Peer.say, frame=text) for text in NO_MESSAGES),
        *(functools.partial(Peer.close, code=code, reason=f"because of {KEY}") for code in CLOSES),
        begin_and_close,
        Peer.cut,
        lambda peer: later(61),
    ]
    for say in says:

        def heard(peer: Peer, message: Message, say: Callable[[Peer], None] = say) -> None:
            say(peer)

        async with ScriptedServer(heard) as server:
            async with KugelAudio(KEY, server.url, keepalive_ping_interval=None, max_retries=0) as client:
                note(await failure_of(client.tts.generate_async("Hello")))
                note(await failure_of(_spoken(client.tts.streaming_session().speak("Hello"))))
                contexts = await client.tts.multi_context_session().connect()
                note(await failure_of(_spoken(contexts.send("a", "Hello", flush=True))))
    # The scripted server is a peer: what it logs is not ours.
    logged = [record for record in caplog.records if record.name != "websockets.server"]
    assert len({record.name for record in logged}) > 2
    assert [record.name for record in logged if KEY in record.getMessage()] == []
    every = {each for each in vars(exceptions).values() if isinstance(each, type) and issubclass(each, KugelAudioError)}
    never_sent = {ValidationError, exceptions.EmptyAudioError, KugelAudioError}
    assert every - {*seen.values()} - never_sent == set()


async def _spoken(items: AsyncIterator[object]) -> None:
    async for _ in items:
        pass


@pytest.mark.parametrize("key", ["ka_" + "x" * 46, f"eu-ka_{'y' * 44}", f"{KEY} {KEY}", None])
def test_a_key_that_is_refused_before_anything_is_sent_is_not_repeated(
    key: Optional[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUGELAUDIO_API_KEY", raising=False)
    with pytest.raises(ValidationError) as raised:
        KugelAudio(key)
    told = "".join(traceback.format_exception_only(type(raised.value), raised.value)) + repr(vars(raised.value))
    if key is None:
        assert "KUGELAUDIO_API_KEY" in told and "dashboard" in told
    else:
        assert key.removeprefix("eu-") not in told
