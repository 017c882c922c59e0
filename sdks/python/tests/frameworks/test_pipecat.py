"""The service in the real Pipecat."""

from __future__ import annotations

from typing import Any, List

from machine import Machine, tone_samples
from pipecat.frames.frames import ErrorFrame, TTSAudioRawFrame, TTSSpeakFrame, TTSStartedFrame, TTSStoppedFrame
from pipecat.tests.utils import SleepFrame, run_test
from test_documented import undocumented

from kugelaudio.pipecat import KugelAudioTTSService


async def spoken(service: KugelAudioTTSService, text: str) -> List[Any]:
    """What a pipeline of nothing else answers to a text."""
    down, up = await run_test(service, frames_to_send=[TTSSpeakFrame(text), SleepFrame(sleep=1.0)])
    return [*down, *up]


async def test_a_text_is_heard_whole_between_its_start_and_its_end(machine: Machine, api_key: str) -> None:
    service = KugelAudioTTSService(api_key=api_key, base_url=machine.url, stop_frame_timeout_s=0.2)
    frames = await spoken(service, "Hello there")
    audio = b"".join(frame.audio for frame in frames if isinstance(frame, TTSAudioRawFrame))
    assert len(audio) == 2 * tone_samples("Hello there")
    kinds = [type(frame) for frame in frames]
    assert kinds.index(TTSStartedFrame) < kinds.index(TTSAudioRawFrame) < kinds.index(TTSStoppedFrame)


async def test_what_goes_wrong_is_an_error_frame_without_the_key(machine: Machine) -> None:
    service = KugelAudioTTSService(api_key="sk_live_0123456789", base_url=machine.url, stop_frame_timeout_s=0.2)
    errors = [frame for frame in await spoken(service, "Hello") if isinstance(frame, ErrorFrame)]
    assert errors and "AuthenticationError" in errors[0].error and "sk_live" not in errors[0].error


def test_all_that_is_shown_says_what_it_is() -> None:
    assert [*undocumented("KugelAudioTTSService", KugelAudioTTSService)] == []
