"""A client of a KugelAudio server."""

from __future__ import annotations

from types import TracebackType
from typing import Optional, Type

from .connection import read_options
from .resources.account import AccountResource, AuditResource, UsageResource
from .resources.dictionaries import DictionariesResource
from .resources.keys import KeysResource
from .resources.models import ModelsResource
from .resources.tokens import TokensResource
from .resources.transcriptions import TranscriptionsResource
from .resources.voices import VoicesResource
from .tts import TTSResource
from .ways_out import WaysOut


class KugelAudio:
    """Nothing is sent before the first call. Calls of resources wait; ``await client.voices.list.aio()`` is the form
    for event loops. Use the client in ``with`` or ``async with``, or :meth:`close` it."""

    def __init__(
        self,
        api_key: Optional[str] = None,
        api_url: Optional[str] = None,
        tts_url: Optional[str] = None,
        timeout: float = 60.0,
        keepalive_ping_interval: Optional[float] = 20.0,
        region: Optional[str] = None,
        telemetry: Optional[bool] = None,
        *,
        eu_api_url: Optional[str] = None,
        max_retries: int = 2,
        check_key: bool = True,
    ) -> None:
        """
        :param api_key: key or token. Default: the variable ``KUGELAUDIO_API_KEY``.
        :param api_url: where requests go. Default: ``KUGELAUDIO_API_URL``, else the hosted endpoint.
        :param tts_url: where sockets go. Default: as ``api_url``.
        :param timeout: seconds for a whole request, for opening a socket, and of silence while speech is expected.
        :param keepalive_ping_interval: seconds between pings on sockets; None or 0: none.
        :param region: ``eu``, ``us`` or ``global``. Default: the key's prefix.
        :param telemetry: accepted for compatibility: nothing is ever reported.
        :param eu_api_url: where the region ``eu`` goes. Default: ``KUGELAUDIO_EU_API_URL``.
        :param max_retries: times that a request or a turn is tried again where that is safe.
        :param check_key: whether a mistyped key is found by its checksum.

        Raises :class:`ValidationError` where no call could succeed: no key, a mistyped one, an unknown region.
        """
        connection = read_options(
            api_key,
            api_url,
            tts_url,
            timeout,
            keepalive_ping_interval,
            region,
            eu_api_url=eu_api_url,
            max_retries=max_retries,
            check_key=check_key,
        )
        self._ways_out = WaysOut(connection)
        self.models = ModelsResource(self._ways_out)
        self.voices = VoicesResource(self._ways_out)
        self.dictionaries = DictionariesResource(self._ways_out)
        self.tts = TTSResource(self._ways_out)
        self.asr = TranscriptionsResource(self._ways_out)
        self.keys = KeysResource(self._ways_out)
        self.tokens = TokensResource(self._ways_out)
        self.usage = UsageResource(self._ways_out)
        self.account = AccountResource(self._ways_out)
        self.audit = AuditResource(self._ways_out)

    @classmethod
    async def create(
        cls,
        api_key: Optional[str] = None,
        api_url: Optional[str] = None,
        tts_url: Optional[str] = None,
        timeout: float = 60.0,
        model: str = "kugel-3",
        keepalive_ping_interval: Optional[float] = 20.0,
        region: Optional[str] = None,
        telemetry: Optional[bool] = None,
    ) -> KugelAudio:
        """A client whose socket is open already, in this event loop."""
        client = cls(api_key, api_url, tts_url, timeout, keepalive_ping_interval, region, telemetry)
        await client.connect_async(model)
        return client

    @property
    def api_url(self) -> str:
        """Where requests go."""
        return self._ways_out.connection.api_url

    @property
    def tts_url(self) -> str:
        """Where sockets go."""
        return self._ways_out.connection.tts_url

    @property
    def timeout(self) -> float:
        """Seconds."""
        return self._ways_out.connection.timeout

    def connect(self, model: str = "kugel-3") -> None:
        """Opens the socket of one-shot speech ahead of the first turn."""
        self.tts.connect(model)

    async def connect_async(self, model: str = "kugel-3") -> None:
        """Opens the socket of one-shot speech of this event loop ahead of the first turn."""
        await self.tts.connect_async(model)

    def is_connected(self) -> bool:
        """Whether a socket of one-shot speech is open."""
        return self.tts.is_connected()

    def close(self) -> None:
        """Ends the sockets of one-shot speech, and whatever is spoken on them. Sessions end by themselves."""
        self._ways_out.close()

    async def aclose(self) -> None:
        """Ends what this event loop has opened, and what calls that wait have."""
        await self._ways_out.close_here()
        self._ways_out.close()

    def __enter__(self) -> KugelAudio:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    async def __aenter__(self) -> KugelAudio:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"KugelAudio(api_url={self.api_url!r})"
