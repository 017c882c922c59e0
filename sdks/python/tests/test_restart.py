"""A server that is killed in the midst of speech and started again."""

from __future__ import annotations

import pytest
from machine import Machine, tone_samples

from kugelaudio import AudioChunk, KugelAudio, KugelAudioConnectionError

#: So slow that it is still being spoken when the server is gone.
LONG = f"Begun. #slow:fjj {'word ' * 50}"


async def test_what_was_heard_is_told_and_what_comes_after_is_whole(client: KugelAudio, machine: Machine) -> None:
    async with client.tts.streaming_session() as session:
        heard = 0
        with pytest.raises(KugelAudioConnectionError) as raised:
            async for item in client.tts.stream_async(LONG):
                if heard == 0:
                    machine.restart()
                heard += isinstance(item, AudioChunk)
        assert raised.value.delivered_chunks == heard > 0
        assert (await client.tts.generate_async("After the restart")).samples == tone_samples("After the restart")
        chunks = [item async for item in session.speak("The session too") if isinstance(item, AudioChunk)]
        assert sum(chunk.samples for chunk in chunks) == tone_samples("The session too")


def test_calls_that_wait_are_told_too_and_go_on(waiting: KugelAudio, machine: Machine) -> None:
    with waiting.tts.streaming_session_sync() as session:
        heard = 0
        with pytest.raises(KugelAudioConnectionError) as raised:
            for item in waiting.tts.stream(LONG):
                if heard == 0:
                    machine.restart()
                heard += isinstance(item, AudioChunk)
        assert raised.value.delivered_chunks == heard > 0
        assert waiting.tts.generate("After the restart").samples == tone_samples("After the restart")
        assert sum(chunk.samples for chunk in session.send("The session too", flush=True)) == tone_samples(
            "The session too"
        )
        assert waiting.models.list()[0].id == "kugel-3"
