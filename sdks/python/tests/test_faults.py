"""Servers that close, stall, and talk nonsense: never a hang, never a lost or repeated chunk without saying so."""

from __future__ import annotations

import asyncio
import functools
import os
import socket
from pathlib import Path
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, Iterator, List, Optional, Tuple, TypeVar

import pytest
from later import later
from scripted_server import NO_KEY, Message, Peer, ScriptedServer, audio, final

from kugelaudio import (
    AudioChunk,
    KugelAudio,
    KugelAudioConnectionError,
    KugelAudioError,
    KugelAudioTimeoutError,
    ModelUnavailableError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    ServerRestartingError,
)
from kugelaudio.speech_options import SpeechItem

T = TypeVar("T")

#: Every code that a server can close with, and whether what had no audio yet is said anew.
CLOSES = {
    1000: True,
    1001: True,
    1003: False,
    1007: False,
    1008: False,
    1009: False,
    1011: True,
    1012: True,
    1013: True,
    4000: False,
    4001: False,
    4003: False,
    4029: True,
    4500: True,
    4999: True,
}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between two tries take no time; how long they are is in the vectors."""

    async def pause(delay_ms: object) -> None:
        await asyncio.sleep(0)

    for module in ("speaking", "session_link", "frame_socket", "exchange"):
        monkeypatch.setattr(f"kugelaudio.{module}.pause", pause)


async def heard_of(items: AsyncIterator[SpeechItem]) -> Tuple[List[str], Optional[KugelAudioError]]:
    heard = []
    try:
        async for item in items:
            heard.append("audio" if isinstance(item, AudioChunk) else "words" if isinstance(item, list) else "end")
    except KugelAudioError as error:
        return heard, error
    return heard, None


def answer(peer: Peer, samples: int = 2) -> None:
    """A whole answer, to a one-shot turn or a streamed one."""
    peer.say(audio(0, samples))
    peer.say(final(samples))


@pytest.mark.parametrize(("code", "is_repeated"), CLOSES.items())
async def test_closed_before_any_audio_it_is_said_anew_and_told_so_or_an_error(code: int, is_repeated: bool) -> None:
    def heard(peer: Peer, message: Message) -> None:
        peer.close(code) if peer.number == 0 else answer(peer)

    restarts: List[KugelAudioError] = []
    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        found, error = await heard_of(client.tts.stream_async("Hello", on_restart=restarts.append))
        assert found == (["audio", "end"] if is_repeated else [])
        assert [each.close_code for each in restarts] == ([code] if is_repeated else [])
        assert is_repeated or (error is not None and error.close_code == code)
        assert len(server.peers) == 1 + is_repeated


@pytest.mark.parametrize("code", CLOSES)
async def test_closed_after_audio_it_is_an_error_that_says_how_much_was_heard_and_never_anew(code: int) -> None:
    def heard(peer: Peer, message: Message) -> None:
        peer.say(audio(0))
        peer.say(audio(1))
        peer.close(code)

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        found, error = await heard_of(client.tts.stream_async("Hello"))
        assert found == ["audio", "audio"]
        assert error is not None and (error.close_code, error.delivered_chunks) == (code, 2)
        assert len(server.peers) == 1
        with pytest.raises(KugelAudioError):
            await client.tts.generate_async("Hello")


@pytest.mark.parametrize("code", CLOSES)
async def test_closed_before_anything_was_asked_the_next_call_opens_another_socket(code: int) -> None:
    def opened(peer: Peer) -> None:
        if peer.number == 0:
            peer.close(code)

    told = ScriptedServer(lambda peer, message: answer(peer), opened)
    async with told as server, KugelAudio(NO_KEY, server.url) as client:
        await client.connect_async()
        while client.is_connected():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
        assert (await client.tts.generate_async("Hello")).samples == 2
        assert len(server.peers) == 2


@pytest.mark.parametrize(("code", "is_repeated"), CLOSES.items())
async def test_a_session_closed_before_any_audio_says_the_turn_anew_or_fails(code: int, is_repeated: bool) -> None:
    def heard(peer: Peer, message: Message) -> None:
        if message.get("flush"):
            if peer.number == 0:
                return peer.close(code)
            peer.say(audio(0))
            peer.say({"final": True})
            peer.say({"session_closed": True})

    restarts: List[KugelAudioError] = []
    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        session = client.tts.streaming_session(language="de", on_restart=restarts.append)
        found, error = await heard_of(session.speak(["Hel", "lo"]))
        if is_repeated:
            assert (found, error, len(restarts)) == (["audio", "end"], None, 1)
            assert server.peers[1].said == [
                {"language": "de", "text": "Hel", "flush": False},
                {"text": "lo", "flush": False},
                {"text": "", "flush": True},
            ]
            await session.close()
        else:
            assert error is not None and error.close_code == code
            assert (found, len(server.peers), session.is_connected) == ([], 1, False)


@pytest.mark.parametrize("code", CLOSES)
async def test_a_session_closed_after_audio_fails_that_turn_and_never_says_it_anew(code: int) -> None:
    def heard(peer: Peer, message: Message) -> None:
        if message.get("flush"):
            peer.say(audio(0))
            peer.close(code)

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        session = client.tts.streaming_session()
        found, error = await heard_of(session.speak("Hello"))
        assert found == ["audio"]
        assert error is not None and (error.close_code, error.delivered_chunks) == (code, 1)
        assert len(server.peers) == 1
        await session.close()


async def waiting(call: Callable[[], T]) -> T:
    """What a call that waits comes to, in a thread of its own, while the scripted server is served in this one."""
    return await asyncio.get_running_loop().run_in_executor(None, call)


def _heard_of_waiting(items: Iterator[SpeechItem]) -> Tuple[List[str], Optional[KugelAudioError]]:
    heard = []
    try:
        for item in items:
            heard.append("audio" if isinstance(item, AudioChunk) else "words" if isinstance(item, list) else "end")
    except KugelAudioError as error:
        return heard, error
    return heard, None


@pytest.mark.parametrize("is_streamed", [False, True], ids=["one-shot", "session"])
@pytest.mark.parametrize(("code", "is_repeated"), CLOSES.items())
async def test_calls_that_wait_hear_of_a_close_what_the_others_do(
    code: int, is_repeated: bool, is_streamed: bool
) -> None:
    def heard(peer: Peer, message: Message) -> None:
        if is_streamed and not message.get("flush"):
            return
        if is_after_audio:
            peer.say(audio(0))
        if is_after_audio or peer.number == 0:
            return peer.close(code)
        peer.say(audio(0))
        peer.say({"session_closed": True} if is_streamed else final(2))

    for is_after_audio in (False, True):
        async with ScriptedServer(heard) as server:
            client = KugelAudio(NO_KEY, server.url)
            speak = client.tts.streaming_session_sync().speak if is_streamed else client.tts.stream
            found, error = await waiting(functools.partial(_heard_of_waiting, speak("Hello")))
            if is_repeated and not is_after_audio:
                assert (found, error, len(server.peers)) == (["audio", "end"], None, 2)
            else:
                assert error is not None and (error.close_code, error.delivered_chunks) == (code, is_after_audio)
                assert (found, len(server.peers)) == (["audio"] * is_after_audio, 1)
            await waiting(client.close)


async def test_a_stall_leaves_no_call_that_waits_waiting() -> None:
    async with ScriptedServer(lambda peer, message: peer.say(audio(0))) as server:
        client = patient(server.url)
        stream = client.tts.stream("Hello")
        assert isinstance(await waiting(lambda: next(stream)), AudioChunk)
        later(61, client._ways_out.thread._loop)
        with pytest.raises(KugelAudioTimeoutError) as raised:
            await waiting(lambda: next(stream))
        assert raised.value.delivered_chunks == 1
        await waiting(client.close)


async def test_a_turn_behind_one_that_was_heard_is_said_anew_and_alone() -> None:
    def heard(peer: Peer, message: Message) -> None:
        if peer.number == 0 and message["text"] == "Second":
            peer.say(audio(0))
            peer.close(1012)
        if peer.number == 1:
            peer.say(audio(0))
            peer.say({"session_closed": True})

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        session = await client.tts.streaming_session().connect()
        first = session.send("First", flush=True)
        second = session.send("Second", flush=True)
        found, error = await heard_of(first)
        assert isinstance(error, ServerRestartingError) and found == ["audio"]
        assert await heard_of(second) == (["audio"], None)
        assert server.peers[1].said == [{"text": "Second", "flush": True}]
        await session.close()


async def test_contexts_that_nobody_has_heard_of_are_said_anew_and_the_others_fail_by_name() -> None:
    def heard(peer: Peer, message: Message) -> None:
        context_id = message.get("context_id")
        if message.get("text") == " ":
            peer.say({"context_created": True, "context_id": context_id})
        elif message.get("flush") and peer.number == 0 and context_id == "b":
            peer.say(audio(0, context_id="a"))
            peer.close(1012)
        elif message.get("flush") and peer.number == 1:
            peer.say(audio(0, context_id=context_id))
            peer.say({"final": True, "context_id": context_id})

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        session = await client.tts.multi_context_session(language="en").connect()
        first = session.send("a", "One", flush=True)
        second = session.send("b", "Two", flush=True)
        found, error = await heard_of(first)
        assert isinstance(error, ServerRestartingError) and (found, error.delivered_chunks) == (["audio"], 1)
        assert await heard_of(second) == (["audio"], None)
        assert server.peers[1].said == [
            {"text": " ", "context_id": "b", "language": "en"},
            {"text": "Two", "flush": True, "context_id": "b"},
        ]
        await session.close()


async def test_a_context_that_was_heard_to_its_end_is_not_said_anew_even_when_its_close_was_not_answered_yet() -> None:
    def heard(peer: Peer, message: Message) -> None:
        context_id = message.get("context_id")
        if message.get("text") == "One":
            peer.say(audio(0, context_id=context_id))
        elif message.get("close_context"):
            peer.say({"final": True, "context_id": context_id})
            if peer.number == 0:
                peer.close(1012)
            else:
                peer.say({"context_closed": True, "context_id": context_id})

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        session = await client.tts.multi_context_session().connect()
        session.send("a", "One")
        assert await heard_of(session.close_context("a")) == (["audio"], None)
        assert [message.get("text") for message in server.peers[1].said] == [" ", None]
        await session.close()


async def test_a_server_that_greets_and_closes_again_and_again_is_tried_as_often_as_allowed() -> None:
    def heard(peer: Peer, message: Message) -> None:
        peer.say({"session_started": True, "session_id": "s"})
        peer.say({"context_created": True, "context_id": message.get("context_id", "")})
        peer.say({"generation_started": True, "chunk_id": 0})
        peer.say({"warning": "Soon"})
        peer.close(1012)

    for call in (_in_context, _spoken):
        async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url, max_retries=3) as client:
            with pytest.raises(ServerRestartingError):
                await call(client)
            assert len(server.peers) == 4


async def test_an_idle_session_whose_socket_has_gone_opens_the_next_one_when_it_is_needed() -> None:
    def heard(peer: Peer, message: Message) -> None:
        if message.get("flush"):
            peer.say(audio(0))
            peer.say({"session_closed": True})

    async with ScriptedServer(heard, lambda peer: peer.close(1012) if peer.number == 0 else None) as server:
        async with KugelAudio(NO_KEY, server.url) as client:
            session = await client.tts.streaming_session().connect()
            await server.peers[0].socket.wait_closed()
            assert await heard_of(session.speak("Hello")) == (["audio", "end"], None)
            assert len(server.peers) == 2
            await session.close()


async def _settings(client: KugelAudio) -> None:
    session = await client.tts.streaming_session().connect()
    await session.update_settings(speed=1)


async def _flushed(client: KugelAudio) -> None:
    async with client.tts.streaming_session() as session:
        async for _ in session.send("Hello", flush=True):
            pass


async def _ended(client: KugelAudio) -> None:
    session = await client.tts.streaming_session().connect()
    session.send("Hello")
    await session.end_session()


async def _closed(client: KugelAudio) -> None:
    session = await client.tts.streaming_session().connect()
    session.send("Hello")
    await session.close()


async def _in_context(client: KugelAudio) -> None:
    async with client.tts.multi_context_session() as session:
        async for _ in session.send("a", "Hello", flush=True):
            pass


async def _spoken(client: KugelAudio) -> None:
    async for _ in client.tts.streaming_session().speak("Hello"):
        pass


STALLS: Dict[str, Callable[[KugelAudio], Awaitable[object]]] = {
    "generate": lambda client: client.tts.generate_async("Hello"),
    "speak": _spoken,
    "flush": _flushed,
    "end_session": _ended,
    "close": _closed,
    "update_settings": _settings,
    "a context": _in_context,
}


def patient(url: str) -> KugelAudio:
    """A client that waits for a minute, and sends no pings that a clock put forward would leave unanswered."""
    return KugelAudio(NO_KEY, url, timeout=60, keepalive_ping_interval=None)


def a_minute_later(*_: object) -> None:
    later(61)


@pytest.mark.parametrize("call", STALLS.values(), ids=STALLS)
async def test_a_server_that_accepts_and_then_says_nothing_leaves_no_call_waiting(
    call: Callable[[KugelAudio], Awaitable[object]],
) -> None:
    async with ScriptedServer(a_minute_later) as server, patient(server.url) as client:
        with pytest.raises(KugelAudioTimeoutError):
            await call(client)
        assert server.peers


async def test_a_cancel_that_is_never_acknowledged_ends_too() -> None:
    def heard(peer: Peer, message: Message) -> None:
        if message.get("cancel"):
            later(61)

    async with ScriptedServer(heard) as server, patient(server.url) as client:
        session = await client.tts.streaming_session().connect()
        session.send("Hello")
        await session.cancel_current()
        await session.close()
        assert server.peers[0].said[-1] == {"cancel": True}


async def test_a_server_that_never_answers_a_handshake_or_a_request_leaves_no_call_waiting() -> None:
    accepted: List[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.append(writer)
        await reader.readline()
        later(61)

    silent = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with patient(f"http://127.0.0.1:{port}") as client:
        for call in (client.connect_async(), client.models.list.aio(), client.tts.download_async("Hello", "never")):
            with pytest.raises(KugelAudioTimeoutError):
                await call
    assert len(accepted) == 3
    for writer in accepted:
        writer.transport.abort()
    silent.close()


async def test_a_server_that_begins_an_answer_and_never_ends_it_leaves_no_call_waiting(tmp_path: Path) -> None:
    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"models":')
        gone = asyncio.ensure_future(reader.read())
        while not gone.done():
            later(1)
            await asyncio.sleep(0)

    stalling = await asyncio.start_server(begin, "127.0.0.1", 0)
    port = stalling.sockets[0].getsockname()[1]
    async with patient(f"http://127.0.0.1:{port}") as client:
        for call in (client.models.list.aio(), client.tts.download_async("Hello", tmp_path / "never")):
            with pytest.raises(KugelAudioTimeoutError):
                await call
    assert os.listdir(tmp_path) == []
    stalling.close()


async def test_a_server_that_stalls_after_audio_is_an_error_that_says_how_much_was_heard() -> None:
    async with ScriptedServer(lambda peer, message: peer.say(audio(0))) as server, patient(server.url) as client:
        stream = client.tts.stream_async("Hello")
        assert isinstance(await stream.__anext__(), AudioChunk)
        later(61)
        with pytest.raises(KugelAudioTimeoutError) as raised:
            await stream.__anext__()
        assert raised.value.delivered_chunks == 1


async def test_a_server_that_chatters_without_saying_anything_is_silent_all_the_same() -> None:
    def heard(peer: Peer, message: Message) -> None:
        for _ in range(40):
            peer.say({"hello": "world"})
            peer.deeds.put_nowait(lambda: later(2))

    async with ScriptedServer(heard) as server, patient(server.url) as client:
        for call in (client.tts.generate_async("Hello"), _spoken(client)):
            with pytest.raises(KugelAudioTimeoutError):
                await call


NONSENSE: Dict[str, Any] = {
    "no JSON": "<html>",
    "a list": "[]",
    "bytes": b"\0\1",
    "audio that is shorter than it says": {**audio(0), "samples": 9},
    "audio that is no base64": {**audio(0), "audio": "AAA!AA=="},
    "audio that begins in its midst": audio(3),
    "words that are no list": {"word_timestamps": "Hello"},
    "JSON without an end": "[" * 100_000,
}


@pytest.mark.parametrize("frame", NONSENSE.values(), ids=NONSENSE)
async def test_nonsense_is_a_protocol_error_and_the_socket_is_given_up(frame: Any) -> None:
    def heard(peer: Peer, message: Message) -> None:
        peer.say(frame) if peer.number == 0 else answer(peer)

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        with pytest.raises(ProtocolError):
            await client.tts.generate_async("Hello")
        assert (await client.tts.generate_async("Hello")).samples == 2
        assert len(server.peers) == 2


@pytest.mark.parametrize("indexes", [[0, 2], [0, 0], [0, 2, 1]], ids=["lost", "twice", "late"])
async def test_a_chunk_that_is_lost_or_repeated_is_never_passed_off_as_whole(indexes: List[int]) -> None:
    def heard(peer: Peer, message: Message) -> None:
        if message.get("text") != " ":
            context = {"context_id": message["context_id"]} if "context_id" in message else {}
            for index in indexes:
                peer.say(audio(index, **context))
            peer.say(final(2 * len(indexes)))

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        found, error = await heard_of(client.tts.stream_async("Hello"))
        assert isinstance(error, ProtocolError) and (found, error.delivered_chunks) == (["audio"], 1)
        found, error = await heard_of(client.tts.streaming_session().speak("Hello"))
        assert isinstance(error, ProtocolError)
        async with client.tts.multi_context_session() as contexts:
            with pytest.raises(ProtocolError):
                async for _ in contexts.send("a", "Hello", flush=True):
                    pass


async def test_fewer_samples_than_the_server_says_are_never_passed_off_as_whole() -> None:
    def heard(peer: Peer, message: Message) -> None:
        peer.say(audio(0))
        peer.say(final(4))

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        with pytest.raises(ProtocolError, match="2 of 4 samples"):
            await client.tts.generate_async("Hello")


async def test_a_connection_that_breaks_off_without_a_word_is_opened_anew_as_often_as_allowed() -> None:
    def heard(peer: Peer, message: Message) -> None:
        peer.cut() if peer.number < 2 else answer(peer)

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url, max_retries=1) as client:
        with pytest.raises(KugelAudioConnectionError) as raised:
            await client.tts.generate_async("Hello")
        assert (raised.value.close_code, len(server.peers)) == (1006, 2)
    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        restarts: List[KugelAudioError] = []
        assert (await client.tts.generate_async("Hello", on_restart=restarts.append)).samples == 2
        assert (len(restarts), len(server.peers)) == (2, 3)


async def test_an_error_frame_that_says_when_to_come_back_is_obeyed_on_the_same_socket() -> None:
    def heard(peer: Peer, message: Message) -> None:
        if len(peer.said) > 1:
            answer(peer)
        else:
            peer.say({"error": "Busy", "error_code": "MODEL_UNAVAILABLE", "code": 503, "retry_after": 0})

    restarts: List[KugelAudioError] = []
    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        assert (await client.tts.generate_async("Hello", on_restart=restarts.append)).samples == 2
        assert isinstance(restarts[0], ModelUnavailableError) and len(server.peers) == 1


async def test_a_cancel_that_crosses_the_end_of_its_turn_costs_the_next_one_nothing() -> None:
    def heard(peer: Peer, message: Message) -> None:
        if message.get("cancel"):
            # The answer was under way when the cancel came.
            peer.say(final(2))
            peer.say({"interrupted": True})
        elif message["text"] == "First":
            peer.say(audio(0))
        else:
            answer(peer)

    async with ScriptedServer(heard) as server, KugelAudio(NO_KEY, server.url) as client:
        async for _ in client.tts.stream_async("First"):
            break
        assert await heard_of(client.tts.stream_async("Second")) == (["audio", "end"], None)
        assert len(server.peers) == 1


def _always(status: int, number: int) -> int:
    return status


async def test_a_refused_handshake_says_why() -> None:
    headers = {"X-Request-Id": "req_9", "Retry-After": "60"}
    for status, kind in ((403, PermissionDeniedError), (429, RateLimitError)):
        refusing = ScriptedServer(refused=functools.partial(_always, status), headers=headers)
        async with refusing as server:
            async with KugelAudio(NO_KEY, server.url) as client:
                with pytest.raises(kind) as raised:
                    await client.connect_async()
                assert (raised.value.request_id, raised.value.retry_after) == ("req_9", 60)
                assert server.upgrades == 1


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    async with ScriptedServer() as thief:
        target = {"Location": thief.url.replace("http", "ws")}
        async with ScriptedServer(refused=lambda number: 307, headers=target) as server:
            async with KugelAudio(NO_KEY, server.url) as client:
                for call in (client.connect_async(), client.models.list.aio()):
                    with pytest.raises(KugelAudioError) as raised:
                        await call
                    assert raised.value.status_code == 307
        assert thief.upgrades == 0


async def test_nobody_there_is_a_connection_error_that_names_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    async with KugelAudio(NO_KEY, f"http://{address}", max_retries=0) as client:
        for call in (client.models.list.aio(), client.connect_async()):
            with pytest.raises(KugelAudioConnectionError, match=address):
                await call


async def test_a_name_that_nobody_has_is_a_connection_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with KugelAudio(NO_KEY, "https://speech.invalid", max_retries=0) as client:
        for call in (client.models.list.aio(), client.connect_async(), client.tts.streaming_session().connect()):
            with pytest.raises(KugelAudioConnectionError, match="speech.invalid"):
                await call


async def test_a_server_without_tls_where_it_is_expected_is_a_connection_error() -> None:
    async with ScriptedServer() as server:
        url = server.url.replace("http", "https")
        async with KugelAudio(NO_KEY, url, max_retries=0) as client:
            for call in (client.models.list.aio(), client.connect_async(), client.tts.streaming_session().connect()):
                with pytest.raises(KugelAudioConnectionError):
                    await call
