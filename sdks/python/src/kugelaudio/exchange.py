"""Requests over HTTP and their answers."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field
from typing import (
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Dict,
    Generic,
    List,
    Mapping,
    Optional,
    Tuple,
    TypeVar,
    Union,
)

import httpx

from .classify import classify_http_error
from .connection import Connection
from .exceptions import ConnectionError, KugelAudioError, ProtocolError
from .pause import pause, within
from .retry import decide_retry_after
from .version import VERSION

T = TypeVar("T")
Path = Union[str, "os.PathLike[str]"]

_REPEATABLE = ("GET", "PUT", "DELETE")


@dataclass(frozen=True)
class HttpRequest:
    """A request, before it is one."""

    method: str
    #: Below the base address: ``/v1/models``.
    path: str
    #: Members that are None are left out.
    query: Mapping[str, Union[str, int, bool, None]] = field(default_factory=dict)
    json: Optional[Mapping[str, Any]] = None
    #: Parts of a form, as httpx takes them.
    files: Optional[List[Tuple[str, Any]]] = None
    #: Makes a POST safe to be sent again.
    idempotency_key: Optional[str] = None
    #: The ``Accept`` of what is wanted.
    accept: str = "application/json"


class Exchange:
    """The connections of one event loop. Tries again where that is safe."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # A header with a key must not follow a redirect to somebody else: httpx follows none unless told to.
        self._client = httpx.AsyncClient(timeout=None, headers=_headers_of(connection))

    async def close(self) -> None:
        await self._client.aclose()

    async def text(self, request: HttpRequest) -> str:
        """An answer as text."""

        async def read(response: httpx.Response) -> str:
            return response.content.decode("utf-8", "replace")

        return await self._exchange(request, read)

    async def json(self, request: HttpRequest) -> Any:
        """An answer of JSON; None for an empty one. Raises :class:`ProtocolError` for what is none."""

        async def read(response: httpx.Response) -> Any:
            if not response.content:
                return None
            try:
                return json.loads(response.content)
            except (ValueError, RecursionError):
                pass
            raise ProtocolError(
                "The server answered with something that is not JSON",
                status_code=response.status_code,
                request_id=response.headers.get("x-request-id"),
            )

        return await self._exchange(request, read)

    async def download(self, request: HttpRequest, path: Path) -> None:
        """Writes an answer to a file, which is there only when it is whole."""
        target = os.fspath(path)

        async def read(response: httpx.Response) -> None:
            handle, part = tempfile.mkstemp(prefix=".kugelaudio-", dir=os.path.dirname(target) or ".")
            try:
                with os.fdopen(handle, "wb") as file:
                    pieces = response.aiter_bytes().__aiter__()
                    while True:
                        silence = "The server said nothing"
                        piece = await within(self._connection.timeout, silence, _next_piece(pieces))
                        if piece is None:
                            break
                        file.write(piece)
                os.replace(part, target)
            except BaseException:
                os.unlink(part)
                raise

        await self._exchange(request, read, is_streamed=True)

    async def _exchange(
        self,
        request: HttpRequest,
        read: Callable[[httpx.Response], Awaitable[T]],
        is_streamed: bool = False,
    ) -> T:
        retries = 0
        while True:
            outcome = await self._attempt(request, read, is_streamed)
            if isinstance(outcome, _Answered):
                return outcome.value
            delay_ms = decide_retry_after(
                outcome,
                "http",
                retries,
                self._connection.retries_max,
                idempotent=request.method in _REPEATABLE or request.idempotency_key is not None,
            )
            if delay_ms is None:
                raise outcome
            retries += 1
            await pause(delay_ms)

    async def _attempt(
        self,
        request: HttpRequest,
        read: Callable[[httpx.Response], Awaitable[T]],
        is_streamed: bool,
    ) -> Union[_Answered[T], KugelAudioError]:
        """An error is answered, not raised: what the library raises holds the request, and the request the key."""
        what = f"{request.method} {request.path} was not answered"
        timeout = self._connection.timeout
        try:
            sent = self._client.send(self._built(request), stream=is_streamed)
            response = await within(timeout, what, sent)
            try:
                if is_streamed and not response.is_success:
                    await within(timeout, what, response.aread())
                if not response.is_success:
                    return self._refused(response)
                return _Answered(await read(response))
            finally:
                await response.aclose()
        except KugelAudioError as error:
            return error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, EOFError) as broken:
            why = self._connection.without_secret(str(broken) or type(broken).__name__)
            return ConnectionError(f"Could not reach {self._connection.api_url}: {why}", status_code=503)

    def _refused(self, response: httpx.Response) -> KugelAudioError:
        body = response.content.decode("utf-8", "replace")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return classify_http_error(response.status_code, self._connection.without_secret(body), headers)

    def _built(self, request: HttpRequest) -> httpx.Request:
        headers = {"Accept": request.accept}
        if request.idempotency_key is not None:
            headers["Idempotency-Key"] = request.idempotency_key
        return self._client.build_request(
            request.method,
            self._connection.api_url + request.path,
            params={name: _word(value) for name, value in request.query.items() if value is not None} or None,
            json=request.json,
            files=request.files,
            headers=headers,
        )


class _Answered(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value


async def _next_piece(pieces: AsyncIterator[bytes]) -> Optional[bytes]:
    try:
        return await pieces.__anext__()
    except StopAsyncIteration:
        return None


def _word(value: Union[str, int, bool]) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _headers_of(connection: Connection) -> Dict[str, str]:
    return {
        "Authorization": f"Bearer {connection.key}",
        "User-Agent": f"kugelaudio-python/{VERSION}",
        "X-KugelAudio-SDK": "python",
        "X-KugelAudio-SDK-Version": VERSION,
    }
