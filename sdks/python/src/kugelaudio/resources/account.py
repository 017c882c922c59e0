"""``client.account``, ``client.usage`` and ``client.audit``: what was used, and what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

from ..both_forms import Resource, both_forms
from ..exchange import HttpRequest
from ..wire_object import read_object


@dataclass(frozen=True)
class Account:
    """The plan, and how much of it is used."""

    id: str
    name: str
    plan: Dict[str, Any]
    used: Dict[str, Any]
    key: Optional[Dict[str, Any]] = None


class AccountResource(Resource):
    """``client.account``: the plan, and how much of it is used."""

    @both_forms
    async def get(self) -> Account:
        """The account with its plan, its limits and what is used of them."""
        return read_object(Account, await self._ways_out.exchange.json(HttpRequest("GET", "/v1/account")))


@dataclass(frozen=True)
class UsageReport:
    """Rows under the names they were grouped by, with requests, characters, audio_seconds and errors."""

    #: First and last day, as 2030-01-31 (UTC); the wire's ``from`` and ``to``.
    since: str
    until: str
    series: List[Dict[str, Any]]
    totals: Dict[str, Any]


class UsageResource(Resource):
    """``client.usage``: what was spoken. Needs the scope ``usage:read``."""

    @both_forms
    async def get(
        self,
        *,
        since: Optional[str] = None,
        until: Optional[str] = None,
        group_by: Sequence[str] = ("day",),
        key_id: Optional[str] = None,
    ) -> UsageReport:
        """
        :param since: first day, as 2030-01-31 (UTC). Default: the first of the month.
        :param until: last day. Default: today.
        :param group_by: of day, key, model, voice.
        """
        told = await self._ways_out.exchange.json(_usage_request(since, until, group_by, key_id))
        told = told if isinstance(told, dict) else {}
        return read_object(UsageReport, {**told, "since": told.get("from"), "until": told.get("to")})

    @both_forms
    async def csv(
        self,
        *,
        since: Optional[str] = None,
        until: Optional[str] = None,
        group_by: Sequence[str] = ("day",),
        key_id: Optional[str] = None,
    ) -> str:
        """The same as a table for spreadsheets."""
        return await self._ways_out.exchange.text(_usage_request(since, until, group_by, key_id, "csv"))


def _usage_request(
    since: Optional[str],
    until: Optional[str],
    group_by: Sequence[str],
    key_id: Optional[str],
    format: Optional[str] = None,
) -> HttpRequest:
    query = {"from": since, "to": until, "group_by": ",".join(group_by), "key_id": key_id, "format": format}
    accept = "text/csv" if format else "application/json"
    return HttpRequest("GET", "/v1/usage", query=query, accept=accept)


@dataclass(frozen=True)
class AuditPage:
    """Events, newest first, exactly as the server has hashed them; ``next`` is the ``before`` of the next page."""

    events: List[Dict[str, Any]]
    next: Optional[int] = None


class AuditResource(Resource):
    """Takes a key with the scope ``keys:manage``, and a plan that includes it."""

    @both_forms
    async def list(
        self,
        *,
        action: Optional[str] = None,
        actor: Optional[str] = None,
        target: Optional[str] = None,
        since: Optional[str] = None,
        until: Optional[str] = None,
        before: Optional[int] = None,
        limit: int = 100,
    ) -> AuditPage:
        """A page of events. ``since`` and ``until`` are ISO 8601; ``limit``: 1 to 500."""
        query = _audit_query(action, actor, target, since, until)
        request = HttpRequest("GET", "/v1/audit", query={**query, "before": before, "limit": limit})
        return read_object(AuditPage, await self._ways_out.exchange.json(request))

    @both_forms
    async def export(
        self,
        *,
        action: Optional[str] = None,
        actor: Optional[str] = None,
        target: Optional[str] = None,
        since: Optional[str] = None,
        until: Optional[str] = None,
    ) -> str:
        """All events as JSON lines, oldest first: ``kugelaudio-server audit verify`` takes them."""
        query = {**_audit_query(action, actor, target, since, until), "format": "jsonl"}
        return await self._ways_out.exchange.text(HttpRequest("GET", "/v1/audit", query=query, accept="*/*"))


def _audit_query(
    action: Optional[str],
    actor: Optional[str],
    target: Optional[str],
    since: Optional[str],
    until: Optional[str],
) -> Dict[str, Optional[str]]:
    return {"action": action, "actor": actor, "target": target, "from": since, "to": until}
