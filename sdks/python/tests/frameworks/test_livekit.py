"""The plugin in the real LiveKit Agents."""

from __future__ import annotations

from typing import AsyncIterator

import pytest
import pytest_asyncio
from livekit.agents import APIConnectOptions, APIStatusError
from machine import Machine, tone_samples
from test_documented import undocumented

from kugelaudio.livekit import TTS

LONG = f"Begun. #slow:baa {'word ' * 200}"
ONCE = APIConnectOptions(max_retry=0)


@pytest_asyncio.fixture
async def tts(machine: Machine, api_key: str) -> AsyncIterator[TTS]:
    tts = TTS(api_key=api_key, base_url=machine.url, language="en")
    yield tts
    await tts.aclose()


async def test_a_text_is_heard_whole(tts: TTS) -> None:
    assert (tts.model, tts.provider, tts.sample_rate) == ("kugel-3", "KugelAudio", 24_000)
    frame = await tts.synthesize("Hello there").collect()
    assert (frame.samples_per_channel, frame.sample_rate) == (tone_samples("Hello there"), 24_000)


async def test_a_text_that_is_being_written_is_heard_whole(tts: TTS) -> None:
    tts.prewarm()
    stream = tts.stream()
    for token in ["Hello", " there", " now"]:
        stream.push_text(token)
    stream.end_input()
    samples = sum([heard.frame.samples_per_channel async for heard in stream])
    assert samples == tone_samples("Hello there now")
    await stream.aclose()


async def test_barge_in_ends_the_context_and_the_next_utterance_is_heard_whole(tts: TTS) -> None:
    stream = tts.stream()
    stream.push_text(LONG)
    stream.end_input()
    async for _ in stream:
        break
    await stream.aclose()
    frame = await tts.synthesize("Next").collect()
    assert frame.samples_per_channel == tone_samples("Next")
    assert (await tts.session()).active_contexts == []


async def test_options_change_for_what_is_spoken_next(tts: TTS) -> None:
    await tts.synthesize("Before").collect()
    tts.update_options(speed=0.8)
    frame = await tts.synthesize("Slow").collect()
    assert frame.samples_per_channel == tone_samples("Slow") / 0.8


async def test_errors_are_those_of_the_framework_with_status(machine: Machine, api_key: str) -> None:
    for tts, status in (
        (TTS(api_key="sk_live_0123456789", base_url=machine.url), 401),
        (TTS(api_key=api_key, base_url=machine.url, voice_id="nobody"), 404),
    ):
        with pytest.raises(APIStatusError) as raised:
            await tts.synthesize("Hello", conn_options=ONCE).collect()
        assert raised.value.status_code == status
        await tts.aclose()


def test_all_that_is_shown_says_what_it_is() -> None:
    assert [*undocumented("TTS", TTS)] == []
