"""Speaks each text of standard input and prints how it was heard, as lines of JSON: `hear.py bare|awaiting|waiting URL`.
The key is that of the environment.

`bare` is the least that a client can do on the same `websockets`; the others are whichever package `kugelaudio` is there.
"""

import asyncio
import base64
import json
import os
import sys
import time

HERE = (sys.argv[2], os.environ["KUGELAUDIO_API_KEY"])


class Hearing:
    """One text, from its being asked for."""

    def __init__(self):
        self._cpu = time.process_time()
        self._start = time.perf_counter()
        self._first_s = None
        self._bytes = 0

    def heard(self, audio):
        if self._first_s is None:
            self._first_s = time.perf_counter() - self._start
        self._bytes += len(audio)

    def tell(self):
        told = {
            "firstMs": 1000 * self._first_s,
            "cpuMs": 1000 * (time.process_time() - self._cpu),
            "bytes": self._bytes,
        }
        print(json.dumps(told), flush=True)


async def texts():
    while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        yield json.loads(line)


async def bare(url, key):
    from websockets.asyncio.client import connect

    asking = url.replace("http", "ws") + "/ws/tts"
    headers = {"Authorization": f"Bearer {key}"}
    # Without compression, as both packages have it.
    async with connect(asking, additional_headers=headers, compression=None) as socket:
        async for text in texts():
            hearing = Hearing()
            await socket.send(json.dumps({"text": text}))
            while not (frame := json.loads(await socket.recv())).get("final"):
                if "error" in frame:
                    raise RuntimeError(frame["error"])
                if "audio" in frame:
                    hearing.heard(base64.b64decode(frame["audio"]))
            hearing.tell()


async def awaiting(url, key):
    from kugelaudio import KugelAudio

    client = await KugelAudio.create(key, url)
    async for text in texts():
        hearing = Hearing()
        async for item in client.tts.stream_async(text):
            if hasattr(item, "audio"):
                hearing.heard(item.audio)
        hearing.tell()
    await client.aclose()


def waiting(url, key):
    from kugelaudio import KugelAudio

    with KugelAudio(key, url) as client:
        for line in sys.stdin:
            text = json.loads(line)
            hearing = Hearing()
            for item in client.tts.stream(text):
                if hasattr(item, "audio"):
                    hearing.heard(item.audio)
            hearing.tell()


if sys.argv[1] == "waiting":
    waiting(*HERE)
else:
    asyncio.run({"bare": bare, "awaiting": awaiting}[sys.argv[1]](*HERE))
