"""``client.tokens``: for pages and apps, which must not hold a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Sequence
from urllib.parse import quote

from ..both_forms import Resource, both_forms
from ..exchange import HttpRequest
from ..receipt import Receipt
from ..speech_options import defined
from ..wire_object import read_object


@dataclass(frozen=True)
class Token:
    """A token with its secret, which is answered this once, and never shown by this object."""

    id: str
    #: ``kt_…``: give it to the page.
    token: str = field(repr=False)
    key_id: str
    created_at: str
    expires_at: str
    single_use: bool
    max_session_seconds: int
    voices: Optional[List[str]] = None
    models: Optional[List[str]] = None
    max_characters: Optional[int] = None
    origins: Optional[List[str]] = None
    scopes: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class TokenRevoked:
    """A token that has ended, and the receipt that proves it."""

    id: str
    key_id: str
    revoked_at: str
    receipt: Receipt


class TokensResource(Resource):
    """``client.tokens``: for pages and apps, which must not hold a key. Needs the scope ``tokens:create``."""

    @both_forms
    async def create(
        self,
        *,
        ttl_seconds: Optional[int] = None,
        single_use: Optional[bool] = None,
        max_session_seconds: Optional[int] = None,
        voices: Optional[Sequence[str]] = None,
        models: Optional[Sequence[str]] = None,
        max_characters: Optional[int] = None,
        origins: Optional[Sequence[str]] = None,
        scopes: Optional[Sequence[str]] = None,
    ) -> Token:
        """
        :param ttl_seconds: seconds in which it can be presented: 1 to 3600. Default 60.
        :param single_use: whether it opens one socket or request only. Default True.
        :param max_session_seconds: seconds that what it opens may go on.
        :param origins: pages it may be used from, as ``https://app.example.com``.
        """
        told = {
            "ttl_seconds": ttl_seconds,
            "single_use": single_use,
            "max_session_seconds": max_session_seconds,
            "voices": voices,
            "models": models,
            "max_characters": max_characters,
            "origins": origins,
            "scopes": scopes,
        }
        request = HttpRequest("POST", "/v1/tokens", json=defined(told))
        return read_object(Token, await self._ways_out.exchange.json(request))

    @both_forms
    async def revoke(self, token_id: str) -> TokenRevoked:
        """Ends a token everywhere, running streams included."""
        request = HttpRequest("DELETE", f"/v1/tokens/{quote(token_id, safe='')}")
        return read_object(TokenRevoked, await self._ways_out.exchange.json(request))
