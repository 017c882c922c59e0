"""A server that does what a test tells it."""

from __future__ import annotations

import asyncio
import base64
import json
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Type, Union

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

#: A key that opens nothing.
NO_KEY = "sk_test_0123456789"

Message = Dict[str, Any]


class Peer:
    """One socket of a scripted server."""

    def __init__(self, number: int, socket: ServerConnection) -> None:
        #: Which one it is: 0, 1, …
        self.number = number
        self.socket = socket
        #: Every message so far.
        self.said: List[Message] = []
        #: What is still to be done.
        self.deeds: asyncio.Queue[Callable[[], Any]] = asyncio.Queue()

    def say(self, frame: Union[str, bytes, Message]) -> None:
        message = json.dumps(frame) if isinstance(frame, dict) else frame
        self.deeds.put_nowait(lambda: self.socket.send(message))

    def close(self, code: int, reason: str = "") -> None:
        self.deeds.put_nowait(lambda: self.socket.close(code, reason))

    def cut(self) -> None:
        """Breaks the connection off, without a word."""
        self.deeds.put_nowait(lambda: self.socket.transport.abort())


class ScriptedServer:
    """``heard`` is called with every message, ``opened`` when a socket is open; ``refused`` may answer a handshake by a
    status."""

    def __init__(
        self,
        heard: Callable[[Peer, Message], object] = lambda peer, message: None,
        opened: Callable[[Peer], object] = lambda peer: None,
        refused: Callable[[int], Optional[int]] = lambda number: None,
        headers: Optional[Dict[str, str]] = None,
    ) -> None:
        self._heard, self._opened, self._refused = heard, opened, refused
        self._headers = headers or {}
        self.peers: List[Peer] = []
        self.upgrades = 0
        self.url = ""

    async def __aenter__(self) -> ScriptedServer:
        self._server = await serve(
            self._accept,
            "127.0.0.1",
            0,
            process_request=self._process,
            close_timeout=0.2,
            compression=None,
            ping_interval=None,
        )
        port = next(iter(self._server.sockets)).getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        for peer in self.peers:
            peer.socket.transport.abort()
        self._server.close()

    async def _process(self, socket: ServerConnection, request: Request) -> Optional[Response]:
        status = self._refused(self.upgrades)
        self.upgrades += 1
        if status is None:
            return None
        response = socket.respond(status, "")
        for name, value in self._headers.items():
            response.headers[name] = value
        return response

    async def _accept(self, socket: ServerConnection) -> None:
        peer = Peer(len(self.peers), socket)
        self.peers.append(peer)
        doing = asyncio.ensure_future(_do(peer))
        self._opened(peer)
        try:
            async for text in socket:
                message = json.loads(text)
                peer.said.append(message)
                self._heard(peer, message)
        finally:
            await asyncio.wait([doing], timeout=0.2)
            doing.cancel()


async def _do(peer: Peer) -> None:
    while True:
        deed = (await peer.deeds.get())()
        if deed is not None:
            await deed


def audio(idx: int, samples: int = 2, **more: Any) -> Message:
    """An audio frame of so many samples."""
    silence = base64.b64encode(bytes(2 * samples)).decode()
    return {"audio": silence, "enc": "pcm_s16le", "idx": idx, "sr": 24_000, "samples": samples, **more}


def final(total_samples: int) -> Message:
    """The end of a one-shot turn."""
    return {"final": True, "chunks": 1, "total_samples": total_samples, "dur_ms": 1, "gen_ms": 1, "rtf": 1}
