"""A voice agent with barge-in: type what you say; whoever types while it speaks interrupts it."""

import asyncio
import sys

from kugelaudio import AudioChunk, KugelAudio


async def answer(question):
    """Put your language model here: whatever yields pieces of text as they are written."""
    for word in f"You said: {question}".split():
        yield f"{word} "


async def say(session, question):
    """Says an answer at the pace at which it is heard, so that there is nothing to take back when it is interrupted."""
    turn = session.speak(answer(question))
    try:
        async for item in turn:
            if isinstance(item, AudioChunk):
                sys.stdout.buffer.write(item.audio)
                sys.stdout.buffer.flush()
                await asyncio.sleep(item.duration_seconds)
        print(f"Said: {question}", file=sys.stderr)
    except asyncio.CancelledError:
        print(f"Interrupted: {question}", file=sys.stderr)
        raise
    finally:
        # Ends the turn on the server too: nothing of it is heard in the next one.
        await turn.aclose()


async def main():
    speaking = None
    async with KugelAudio() as client, client.tts.streaming_session(language="en") as session:
        while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            if speaking is not None:
                speaking.cancel()
                await asyncio.wait([speaking])
            speaking = asyncio.ensure_future(say(session, line.strip()))
        if speaking is not None:
            await speaking


asyncio.run(main())
