"""``client.keys``: takes a key with the scope ``keys:manage``."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence
from urllib.parse import quote

from ..both_forms import Resource, both_forms
from ..exchange import HttpRequest
from ..receipt import Receipt
from ..speech_options import defined
from ..wire_object import member, read_list, read_object

_PATH = "/v1/api-keys"


@dataclass(frozen=True)
class ApiKey:
    """A key as it is shown, without its secret. Times are ISO 8601 in UTC."""

    id: str
    account_id: str
    name: str
    #: development, staging or production
    environment: str
    #: ``ka_…`` and the last four characters.
    hint: str
    #: active, expiring, expired or revoked
    state: str
    scopes: List[str]
    created_at: str
    created_by: str
    allowed_ips: Optional[List[str]] = None
    #: requests_per_minute, concurrent_streams, characters_per_day, voices, models; None: none of its own
    limits: Dict[str, Any] = field(default_factory=dict)
    expires_at: Optional[str] = None
    revoked_at: Optional[str] = None
    revoked_reason: Optional[str] = None
    #: at, address, agent; at most a minute late
    last_used: Optional[Dict[str, Any]] = None
    #: While the secret before the last rotation still works.
    rotation: Optional[Dict[str, Any]] = None


@dataclass(frozen=True)
class ApiKeyWithSecret(ApiKey):
    """A key with its secret, which is answered this once, and never shown by this object."""

    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class ApiKeyAndReceipt:
    """A key, and the proof of what was done to it."""

    key: ApiKey
    receipt: Receipt


@dataclass(frozen=True)
class ApiKeyList:
    """Keys, and how many there are in all."""

    keys: List[ApiKey]
    total: int
    limit: int
    offset: int


class KeysResource(Resource):
    """``client.keys``: the account's keys. Needs the scope ``keys:manage``."""

    @both_forms
    async def list(
        self,
        *,
        state: Optional[str] = None,
        environment: Optional[str] = None,
        q: Optional[str] = None,
        limit: int = 100,
        offset: int = 0,
    ) -> ApiKeyList:
        """The account's keys, newest first. ``q``: part of a name or hint; ``limit``: 1 to 500."""
        query = {"state": state, "environment": environment, "q": q, "limit": limit, "offset": offset}
        answer = await self._ways_out.exchange.json(HttpRequest("GET", _PATH, query=query))
        counts = (int(member(answer, name)) for name in ("total", "limit", "offset"))
        return ApiKeyList(read_list(ApiKey, member(answer, "keys")), *counts)

    @both_forms
    async def get(self, key_id: str) -> ApiKey:
        """One key, without its secret. Raises :class:`NotFoundError`."""
        return read_object(ApiKey, await self._ways_out.exchange.json(HttpRequest("GET", _path_of(key_id))))

    @both_forms
    async def create(
        self,
        name: str,
        *,
        environment: Optional[str] = None,
        scopes: Optional[Sequence[str]] = None,
        expires_at: Optional[str] = None,
        allowed_ips: Optional[Sequence[str]] = None,
        limits: Optional[Dict[str, Any]] = None,
    ) -> ApiKeyWithSecret:
        """Makes a key; its secret is in this one answer. ``allowed_ips``: addresses and CIDR ranges."""
        told = {
            "name": name,
            "environment": environment,
            "scopes": scopes,
            "expires_at": expires_at,
            "allowed_ips": allowed_ips,
            "limits": limits,
        }
        request = HttpRequest("POST", _PATH, json=defined(told))
        return read_object(ApiKeyWithSecret, await self._ways_out.exchange.json(request))

    @both_forms
    async def update(self, key_id: str, change: Dict[str, Any]) -> ApiKeyAndReceipt:
        """Changes what a key may do, at once, in running streams too: ``name``, ``environment``, ``scopes``,
        ``expires_at``, ``allowed_ips``, ``limits``. None takes a limit away; what is left out stays."""
        return await self._changed(HttpRequest("PATCH", _path_of(key_id), json=change))

    @both_forms
    async def rotate(
        self, key_id: str, *, overlap_seconds: Optional[int] = None, idempotency_key: Optional[str] = None
    ) -> ApiKeyWithSecret:
        """Gives a key a new secret; the old one works on for a while (default a day). May be repeated safely."""
        request = HttpRequest(
            "POST",
            f"{_path_of(key_id)}/rotate",
            json=defined({"overlap_seconds": overlap_seconds}),
            idempotency_key=idempotency_key or str(uuid.uuid4()),
        )
        return read_object(ApiKeyWithSecret, await self._ways_out.exchange.json(request))

    @both_forms
    async def revoke(self, key_id: str, *, reason: Optional[str] = None) -> ApiKeyAndReceipt:
        """Ends a key everywhere, running streams included. The receipt proves it."""
        request = HttpRequest("POST", f"{_path_of(key_id)}/revoke", json=defined({"reason": reason}))
        return await self._changed(request)

    @both_forms
    async def revoke_many(self, key_ids: Sequence[str], *, reason: Optional[str] = None) -> List[ApiKeyAndReceipt]:
        """Ends several keys: all or none."""
        request = HttpRequest("POST", f"{_PATH}/revoke", json=defined({"ids": [*key_ids], "reason": reason}))
        revoked = member(await self._ways_out.exchange.json(request), "revoked")
        return [_key_and_receipt(each) for each in revoked]

    async def _changed(self, request: HttpRequest) -> ApiKeyAndReceipt:
        return _key_and_receipt(await self._ways_out.exchange.json(request))


def _key_and_receipt(told: Any) -> ApiKeyAndReceipt:
    return ApiKeyAndReceipt(read_object(ApiKey, member(told, "key")), member(told, "receipt"))


def _path_of(key_id: str) -> str:
    return f"{_PATH}/{quote(key_id, safe='')}"
