"""Sessions against a real server."""

from __future__ import annotations

from typing import AsyncIterator, Iterable, List

import pytest
from machine import Machine, tone_samples

from kugelaudio import (
    AudioChunk,
    KugelAudio,
    KugelAudioConnectionError,
    NotFoundError,
    RateLimitError,
    StreamConfig,
    StreamingSession,
    ValidationError,
)
from kugelaudio.speech_options import SpeechItem

LONG = f"Begun. #slow:baa {'word ' * 200}"


async def samples_in(items: AsyncIterator[SpeechItem]) -> int:
    return sum([item.samples async for item in items if isinstance(item, AudioChunk)])


def samples_of(chunks: Iterable[AudioChunk]) -> int:
    return sum(chunk.samples for chunk in chunks)


async def written(*pieces: str) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece


async def test_tokens_a_flush_and_the_next_turn_at_once_are_heard_in_order_and_whole(client: KugelAudio) -> None:
    async with client.tts.streaming_session() as session:
        heard = 0
        for token in ["Hello", " there", " now"]:
            heard += await samples_in(session.send(token))
        first = session.flush()
        second = session.send("Second", flush=True)
        assert heard + await samples_in(first) == tone_samples("Hello there now")
        assert await samples_in(second) == tone_samples("Second")
        assert session.last_usage is not None and session.last_usage.characters == 6
        assert session.last_final["session_closed"] is True
    assert not session.is_connected


async def test_what_send_has_not_answered_the_next_call_does(client: KugelAudio) -> None:
    async with client.tts.streaming_session() as session:
        session.send("First", flush=True)
        session.send("Second", flush=True)
        session.send("Third")
        assert await samples_in(session.drain()) == tone_samples("First Second Third")
        assert await samples_in(session.drain()) == 0


async def test_an_empty_flush_is_answered_all_the_same(client: KugelAudio) -> None:
    async with client.tts.streaming_session() as session:
        assert await samples_in(session.flush()) == 0


async def test_speak_reads_one_turn_of_text_that_is_being_written_and_the_next_after_it(client: KugelAudio) -> None:
    heard: List[str] = []
    session = client.tts.streaming_session(
        word_timestamps=True, on_word_timestamps=lambda words: heard.extend(word.word for word in words)
    )
    assert await samples_in(session.speak(written("Hello", " there", "", " now"))) == tone_samples("Hello there now")
    assert heard == ["Hello", "there", "now"] == [word.word for word in session.last_word_timestamps]
    items = [item async for item in session.speak(["Second ", "turn"])]
    assert isinstance(items[-1], dict) and items[-1]["session_closed"] is True
    assert await samples_in(session.speak(written())) == 0
    await session.close()


async def test_leaving_a_turn_early_is_a_barge_in_and_nothing_of_it_is_heard_in_the_next(client: KugelAudio) -> None:
    async with client.tts.streaming_session() as session:
        async for item in session.speak(LONG):
            if isinstance(item, AudioChunk):
                break
        assert await samples_in(session.speak("New")) == tone_samples("New")


async def test_text_that_is_sent_after_a_cancel_belongs_to_the_next_turn(client: KugelAudio) -> None:
    async with client.tts.streaming_session() as session:
        async for _ in session.send(LONG, flush=True):
            break
        await session.cancel_current()
        assert await samples_in(session.send("Next", flush=True)) == tone_samples("Next")


async def test_text_whose_writer_fails_is_cancelled_and_the_error_is_the_writers(client: KugelAudio) -> None:
    async def failing() -> AsyncIterator[str]:
        yield "Hello "
        raise RuntimeError("the model has stopped")

    async with client.tts.streaming_session() as session:
        with pytest.raises(RuntimeError, match="the model has stopped"):
            await samples_in(session.speak(failing()))
        assert await samples_in(session.speak("Again")) == tone_samples("Again")


async def test_settings_change_between_turns_and_what_the_server_refuses_is_raised(client: KugelAudio) -> None:
    async with client.tts.streaming_session(speed=1) as session:
        assert (await session.update_settings(speed=0.8))["speed"] == 0.8
        assert await samples_in(session.speak("Slow")) == tone_samples("Slow") / 0.8
        with pytest.raises(ValidationError):
            await session.update_settings(speed=7)
        with pytest.raises(ValidationError, match="something"):
            await session.update_settings()
        session.update_config(speed=1.2)
        assert await session.end_session()


async def test_an_error_of_a_turn_is_that_turns_alone(client: KugelAudio) -> None:
    async with client.tts.streaming_session(voice_id="nobody") as session:
        with pytest.raises(NotFoundError):
            await samples_in(session.send("Hello", flush=True))
        session.update_config(voice_id=1)
        assert await samples_in(session.send("Hello", flush=True)) == tone_samples("Hello")


async def test_a_session_that_is_not_connected_says_so(client: KugelAudio) -> None:
    with pytest.raises(KugelAudioConnectionError):
        client.tts.streaming_session().send("Hello")
    with pytest.raises(KugelAudioConnectionError):
        client.tts.multi_context_session().send("a", "Hello")


async def test_a_session_can_be_made_by_itself_as_in_the_official_package(machine: Machine, api_key: str) -> None:
    async with StreamingSession(api_key, machine.url, StreamConfig(output_format="alaw_8000")) as session:
        chunks = [chunk async for chunk in session.send("Hello", flush=True)]
    assert {chunk.encoding for chunk in chunks} == {"alaw"}
    assert samples_of(chunks) == tone_samples("Hello") / 3


def test_a_session_that_waits_answers_lists(waiting: KugelAudio) -> None:
    with waiting.tts.streaming_session_sync() as session:
        heard = session.send("Hello")
        heard += session.flush()
        assert samples_of(heard) == tone_samples("Hello")
        spoken = [item for item in session.speak(["Hel", "lo"]) if isinstance(item, AudioChunk)]
        assert samples_of(spoken) == tone_samples("Hello")
        assert session.update_settings(speed=1.1)["speed"] == 1.1
    with waiting.tts.multi_context_session_sync() as contexts:
        contexts.create_context("a")
        assert samples_of(contexts.send("a", "Hello", flush=True)) == tone_samples("Hello")
        contexts.close_context("a")
        assert contexts.active_contexts == []
        used = contexts.usage_for("a")
        assert used is not None and used.characters == 5


async def test_contexts_speak_beside_each_other_and_nothing_of_one_is_lost_while_another_is_read(
    client: KugelAudio,
) -> None:
    async with client.tts.multi_context_session(default_voice_id=1, word_timestamps=True) as session:
        await session.create_context("a")
        first = session.send("a", "First text", flush=True)
        await session.create_context("b", voice_id="tone-b")
        session.send("b", "Second")
        assert await samples_in(session.flush("b")) == tone_samples("Second")
        assert await samples_in(first) == tone_samples("First text")
        assert [word.word for word in session.get_word_timestamps("a")] == ["First", "text"]
        assert await samples_in(session.close_context("a")) == 0
        assert await samples_in(session.close_context("b", immediate=True)) == 0
        assert await samples_in(session.close_context("never made")) == 0
        assert session.active_contexts == []
        used = session.usage_for("a")
        assert used is not None and used.characters == 10
    assert not session.is_connected


async def test_closing_a_context_in_its_midst_stops_it_and_who_reads_it_is_not_left_waiting(
    client: KugelAudio,
) -> None:
    async with client.tts.multi_context_session() as session:
        reading = session.send("a", LONG, flush=True)
        assert (await reading.__anext__()).samples > 0
        session.close_context("a", immediate=True)
        assert await samples_in(reading) < tone_samples(LONG)
        assert session.active_contexts == []


async def test_a_context_speaks_a_text_that_is_being_written_and_is_gone_after_it(client: KugelAudio) -> None:
    async with client.tts.multi_context_session() as session:
        assert await samples_in(session.speak("a", written("Hello", " there"))) == tone_samples("Hello there")
        assert session.active_contexts == []
        speaking = session.speak("b", LONG)
        assert (await speaking.__anext__()).samples > 0
        await speaking.aclose()
        assert await samples_in(session.speak("c", "Next")) == tone_samples("Next")
        assert session.active_contexts == []


async def test_a_context_whose_writer_fails_raises_the_writers_error(client: KugelAudio) -> None:
    async def failing() -> AsyncIterator[str]:
        yield "Hello "
        raise RuntimeError("the model has stopped")

    async with client.tts.multi_context_session() as session:
        with pytest.raises(RuntimeError, match="the model has stopped"):
            await samples_in(session.speak("a", failing()))


async def test_the_21st_context_is_a_rate_limit_error_of_its_own_and_the_others_go_on(client: KugelAudio) -> None:
    async with client.tts.multi_context_session() as session:
        for number in range(21):
            await session.create_context(f"c{number}")
        with pytest.raises(RateLimitError):
            await samples_in(session.send("c20", "Hello", flush=True))
        assert await samples_in(session.send("c0", "Hello", flush=True)) == tone_samples("Hello")
        assert len(session.active_contexts) == 20
