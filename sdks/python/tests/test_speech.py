"""One-shot speech against a real server."""

from __future__ import annotations

import asyncio
import logging
import pickle
import struct
import threading
import traceback
from pathlib import Path
from typing import List, Tuple

import pytest
from machine import Machine, tone_samples

from kugelaudio import (
    AudioChunk,
    AuthenticationError,
    KugelAudio,
    KugelAudioConnectionError,
    KugelAudioError,
    NotFoundError,
    ValidationError,
)

LONG = f"Begun. #slow:baa {'word ' * 200}"


async def test_generate_answers_all_of_the_audio_and_what_it_came_to(client: KugelAudio) -> None:
    spoken = await client.tts.generate_async("Hello there", model_id="kugel-3")
    assert spoken.samples == tone_samples("Hello there")
    assert len(spoken.audio) == 2 * spoken.samples
    assert spoken.sample_rate == 24_000
    assert spoken.duration_ms == spoken.samples / 24
    assert spoken.usage is not None and spoken.usage.characters == 11 and not spoken.usage.cost_available
    assert spoken.word_timestamps == []
    assert len(spoken.to_float32()) == spoken.samples and max(spoken.to_float32()) > 0.1


def test_calls_that_wait_keep_their_socket(waiting: KugelAudio) -> None:
    assert not waiting.is_connected()
    waiting.connect()
    assert waiting.is_connected()
    for text in ("One", "Two words"):
        assert waiting.tts.generate(text=text).samples == tone_samples(text)
    assert waiting.is_connected()
    waiting.close()
    assert not waiting.is_connected()
    assert waiting.tts.generate("Again").samples == tone_samples("Again")


async def test_five_calls_at_a_time_on_one_client_are_answered_right_and_unmixed(client: KugelAudio) -> None:
    texts = ["a", "bb", "ccc", "dddd", "eeeee"]
    spoken = await asyncio.gather(*(client.tts.generate_async(text) for text in texts))
    assert [each.samples for each in spoken] == [tone_samples(text) for text in texts]


async def test_words_come_with_their_times_and_places(client: KugelAudio) -> None:
    spoken = await client.tts.generate_async("Hello you", word_timestamps=True)
    places = [(word.word, word.char_start, word.char_end) for word in spoken.word_timestamps]
    assert places == [("Hello", 0, 5), ("you", 6, 9)]


def test_a_stream_is_read_chunk_by_chunk_and_ends_with_its_totals(waiting: KugelAudio) -> None:
    samples = 0
    items = []
    for item in waiting.tts.stream("One two three four", word_timestamps=True):
        items.append(item)
        if isinstance(item, AudioChunk):
            assert len(item.audio) == 2 * item.samples
            samples += item.samples
    assert samples == tone_samples("One two three four")
    assert isinstance(items[-1], dict) and items[-1]["total_samples"] == samples
    assert any(isinstance(item, list) for item in items)


async def test_leaving_a_stream_early_cancels_it_and_the_next_turn_is_heard_whole(client: KugelAudio) -> None:
    async for item in client.tts.stream_async(LONG):
        if isinstance(item, AudioChunk):
            break
    assert (await client.tts.generate_async("After")).samples == tone_samples("After")


def test_leaving_a_loop_that_waits_does_the_same(waiting: KugelAudio) -> None:
    for item in waiting.tts.stream(LONG):
        if isinstance(item, AudioChunk):
            break
    assert waiting.tts.generate("After").samples == tone_samples("After")


async def test_a_task_that_is_cancelled_ends_its_turn_also_one_that_waits_in_line(client: KugelAudio) -> None:
    first, second = (asyncio.ensure_future(client.tts.generate_async(LONG)) for _ in range(2))
    third = asyncio.ensure_future(client.tts.generate_async("Third"))
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    assert (await third).samples == tone_samples("Third")
    for cancelled in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await cancelled


async def test_a_stream_that_nobody_reads_on_holds_up_no_one(client: KugelAudio) -> None:
    stream = client.tts.stream_async("Never read to its end")
    await stream.__anext__()
    assert (await client.tts.generate_async("Next")).samples == tone_samples("Next")
    await stream.aclose()


async def test_a_socket_of_its_own_waits_in_no_line(client: KugelAudio) -> None:
    slow = client.tts.stream_async(LONG)
    await slow.__anext__()
    spoken = await client.tts.generate_async("Beside", reuse_connection=False)
    assert spoken.samples == tone_samples("Beside")
    await slow.aclose()


async def test_g711_is_one_byte_a_sample_and_a_wav_file_says_so(client: KugelAudio, tmp_path: Path) -> None:
    spoken = await client.tts.generate_async("Hello", output_format="ulaw_8000", sample_rate=24_000)
    assert (spoken.encoding, spoken.sample_rate, len(spoken.audio)) == ("mulaw", 8_000, spoken.samples)
    spoken.save(tmp_path / "hello.wav")
    header: Tuple[int, ...] = struct.unpack("<HHIIHH", (tmp_path / "hello.wav").read_bytes()[20:36])
    assert header == (7, 1, 8_000, 8_000, 1, 8)
    spoken.save(str(tmp_path / "hello.raw"), format="raw")
    assert (tmp_path / "hello.raw").read_bytes() == spoken.audio
    with pytest.raises(ValidationError, match="wav or raw"):
        spoken.save(tmp_path / "hello.mp3", format="mp3")
    with pytest.raises(ValidationError, match="mulaw"):
        spoken.to_float32()


def test_download_gives_files_of_formats_that_no_socket_carries(waiting: KugelAudio, tmp_path: Path) -> None:
    waiting.tts.download("Hello", tmp_path / "hello.wav", output_format="wav")
    assert (tmp_path / "hello.wav").read_bytes()[:4] == b"RIFF"
    with pytest.raises(ValidationError):
        waiting.tts.download("Hello", tmp_path / "never.xyz", output_format="xyz")
    assert [path.name for path in tmp_path.iterdir()] == ["hello.wav"]


async def test_errors_of_the_server_keep_their_class_and_request_id(client: KugelAudio) -> None:
    with pytest.raises(NotFoundError) as raised:
        await client.tts.generate_async("Hello", voice_id="nobody")
    assert (raised.value.request_id or "").startswith("req_")
    again = pickle.loads(pickle.dumps(raised.value))
    assert (type(again), str(again), again.request_id) == (NotFoundError, str(raised.value), raised.value.request_id)
    assert (await client.tts.generate_async("Still here")).samples == tone_samples("Still here")


async def test_a_text_that_is_too_long_is_refused_and_the_socket_goes_on(client: KugelAudio) -> None:
    for text in ("a" * 10_001, " "):
        with pytest.raises(ValidationError):
            await client.tts.generate_async(text)
    assert (await client.tts.generate_async("Fine")).samples == tone_samples("Fine")


async def test_a_key_that_the_server_does_not_know_fails_everywhere_by_name_and_is_never_shown(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    unknown = "sk_live_0123456789abcdefghij"
    async with KugelAudio(unknown, machine.url) as stranger:
        assert unknown not in repr(stranger) + repr(vars(stranger)) + repr(stranger._ways_out.connection)
        calls = [
            stranger.models.list.aio(),
            stranger.tts.generate_async("Hello"),
            stranger.connect_async(),
            stranger.tts.streaming_session().connect(),
            stranger.tts.multi_context_session().connect(),
        ]
        for call in calls:
            with pytest.raises(AuthenticationError) as raised:
                await call
            assert unknown not in "".join(traceback.format_exception(raised.value)) + repr(vars(raised.value))
            assert raised.value.__context__ is None
    assert unknown not in caplog.text


def test_a_key_that_is_revoked_in_the_midst_of_its_speech_ends_it_with_authentication_error(
    machine: Machine, manager_key: str
) -> None:
    with KugelAudio(manager_key, machine.url) as manager:
        made = manager.keys.create("to be revoked")
        with KugelAudio(made.key, machine.url) as own:
            with pytest.raises(AuthenticationError):
                for item in own.tts.stream(LONG):
                    if isinstance(item, AudioChunk):
                        manager.keys.revoke(made.id)
            with pytest.raises(AuthenticationError):
                own.tts.generate("Again")


async def test_closing_a_client_ends_what_it_speaks_and_what_waits(client: KugelAudio) -> None:
    speaking: List[asyncio.Task[object]] = [asyncio.ensure_future(client.tts.generate_async(LONG)) for _ in range(2)]
    await asyncio.sleep(0)
    await client.aclose()
    for ended in speaking:
        with pytest.raises(KugelAudioConnectionError, match="closed"):
            await ended


def test_closing_a_client_ends_what_a_waiting_call_is_at(waiting: KugelAudio) -> None:
    with pytest.raises(KugelAudioConnectionError, match="closed"):
        for item in waiting.tts.stream(LONG):
            if isinstance(item, AudioChunk) and item.index == 0:
                threading.Thread(target=waiting.close).start()
    assert waiting.tts.generate("After").samples == tone_samples("After")


def test_calls_that_wait_while_the_client_is_closed_again_and_again_end_one_way_or_the_other(
    waiting: KugelAudio,
) -> None:
    outcomes: List[object] = []

    def ask() -> None:
        for _ in range(25):
            try:
                outcomes.append(waiting.tts.generate("a").samples)
            except KugelAudioConnectionError as error:
                outcomes.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    while any(thread.is_alive() for thread in asking):
        waiting.close()
    assert len(outcomes) == 50


def test_a_call_that_waits_inside_of_a_callback_is_refused_not_stuck(waiting: KugelAudio) -> None:
    heard: List[KugelAudioError] = []

    def call(words: object) -> None:
        try:
            waiting.models.list()
        except KugelAudioError as error:
            heard.append(error)

    with waiting.tts.streaming_session_sync(word_timestamps=True, on_word_timestamps=call) as session:
        session.send("Hello", flush=True)
    assert heard and "await" in str(heard[0])


def test_models_are_listed(waiting: KugelAudio) -> None:
    (model,) = waiting.models.list()
    assert (model.id, model.name, model.max_input_length, model.sample_rate) == ("kugel-3", "Kugel 3", 10_000, 24_000)
