"""``client.dictionaries``: pronunciations that are applied to texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

from ..both_forms import Resource, both_forms
from ..exchange import HttpRequest
from ..speech_options import defined
from ..ways_out import WaysOut
from ..wire_object import member, read_list, read_object


@dataclass(frozen=True)
class Dictionary:
    """Words and what is said in their place, for one language or all."""

    id: int
    name: str
    project_id: Optional[int] = None
    description: Optional[str] = None
    #: BCP 47; None: every language.
    language: Optional[str] = None
    is_active: bool = True
    created_at: Optional[str] = None
    updated_at: Optional[str] = None


@dataclass(frozen=True)
class DictionaryEntry:
    """What is said instead of a word."""

    id: int
    dictionary_id: int
    word: str
    replacement: str
    ipa: Optional[str] = None
    case_sensitive: bool = False
    created_at: Optional[str] = None
    updated_at: Optional[str] = None


@dataclass(frozen=True)
class DictionaryEntryList:
    """Entries of a dictionary, and how many there are in all."""

    entries: List[DictionaryEntry]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True)
class BulkReplaceResult:
    """What a whole replacement came to."""

    upserted: int
    deleted: int
    total: int


class DictionariesResource(Resource):
    """``project_id`` is needed with master keys only."""

    def __init__(self, ways_out: WaysOut) -> None:
        super().__init__(ways_out)
        self.entries = DictionaryEntriesResource(ways_out)

    @both_forms
    async def list(self, *, project_id: Optional[int] = None) -> List[Dictionary]:
        """All dictionaries of the account."""
        request = HttpRequest("GET", "/v1/dictionaries", query={"project_id": project_id})
        return read_list(Dictionary, member(await self._ways_out.exchange.json(request), "dictionaries"))

    @both_forms
    async def create(
        self,
        *,
        name: str,
        description: Optional[str] = None,
        language: Optional[str] = None,
        project_id: Optional[int] = None,
    ) -> Dictionary:
        """Makes a dictionary without entries."""
        told = defined({"name": name, "description": description, "language": language})
        return await self._dictionary("POST", "/v1/dictionaries", project_id, told)

    @both_forms
    async def get(self, dictionary_id: int, *, project_id: Optional[int] = None) -> Dictionary:
        """One dictionary. Raises :class:`NotFoundError`."""
        return await self._dictionary("GET", _path_of(dictionary_id), project_id)

    @both_forms
    async def update(
        self,
        dictionary_id: int,
        *,
        name: Optional[str] = None,
        description: Optional[str] = None,
        language: Optional[str] = None,
        is_active: Optional[bool] = None,
        project_id: Optional[int] = None,
    ) -> Dictionary:
        """What is left out stays."""
        changes = {"name": name, "description": description, "language": language, "is_active": is_active}
        return await self._dictionary("PATCH", _path_of(dictionary_id), project_id, defined(changes))

    @both_forms
    async def delete(self, dictionary_id: int, *, project_id: Optional[int] = None) -> None:
        """Removes a dictionary and its entries."""
        request = HttpRequest("DELETE", _path_of(dictionary_id), query={"project_id": project_id})
        await self._ways_out.exchange.json(request)

    async def _dictionary(
        self, method: str, path: str, project_id: Optional[int], json: Optional[Dict[str, Any]] = None
    ) -> Dictionary:
        request = HttpRequest(method, path, query={"project_id": project_id}, json=json)
        return read_object(Dictionary, await self._ways_out.exchange.json(request))


class DictionaryEntriesResource(Resource):
    """``client.dictionaries.entries``"""

    @both_forms
    async def list(
        self,
        dictionary_id: int,
        *,
        search: Optional[str] = None,
        limit: int = 100,
        offset: int = 0,
        project_id: Optional[int] = None,
    ) -> DictionaryEntryList:
        """Entries in their order; ``search`` is part of a word. ``limit``: 1 to 500."""
        query = {"search": search, "limit": limit, "offset": offset, "project_id": project_id}
        request = HttpRequest("GET", _entries_of(dictionary_id), query=query)
        answer = await self._ways_out.exchange.json(request)
        counts = (int(member(answer, name)) for name in ("total", "limit", "offset"))
        return DictionaryEntryList(read_list(DictionaryEntry, member(answer, "entries")), *counts)

    @both_forms
    async def add(
        self,
        dictionary_id: int,
        *,
        word: str,
        replacement: str,
        ipa: Optional[str] = None,
        case_sensitive: bool = False,
        project_id: Optional[int] = None,
    ) -> DictionaryEntry:
        """``word``: 1 to 200 characters; ``replacement``: 1 to 1000."""
        told = {"word": word, "replacement": replacement, "ipa": ipa, "case_sensitive": case_sensitive}
        return await self._entry("POST", _entries_of(dictionary_id), project_id, told)

    @both_forms
    async def update(
        self,
        dictionary_id: int,
        entry_id: int,
        *,
        word: Optional[str] = None,
        replacement: Optional[str] = None,
        ipa: Optional[str] = None,
        case_sensitive: Optional[bool] = None,
        project_id: Optional[int] = None,
    ) -> DictionaryEntry:
        """What is left out stays."""
        changes = {"word": word, "replacement": replacement, "ipa": ipa, "case_sensitive": case_sensitive}
        return await self._entry("PATCH", f"{_entries_of(dictionary_id)}/{entry_id:d}", project_id, changes)

    @both_forms
    async def delete(self, dictionary_id: int, entry_id: int, *, project_id: Optional[int] = None) -> None:
        """Removes one entry."""
        path = f"{_entries_of(dictionary_id)}/{entry_id:d}"
        await self._ways_out.exchange.json(HttpRequest("DELETE", path, query={"project_id": project_id}))

    @both_forms
    async def replace_all(
        self, dictionary_id: int, entries: Sequence[Dict[str, Any]], *, project_id: Optional[int] = None
    ) -> BulkReplaceResult:
        """Makes these all there are: all or none. Each is a dict with ``word``, ``replacement``, …"""
        request = HttpRequest(
            "PUT",
            _entries_of(dictionary_id),
            query={"project_id": project_id},
            json={"entries": [*entries]},
        )
        return read_object(BulkReplaceResult, await self._ways_out.exchange.json(request))

    async def _entry(self, method: str, path: str, project_id: Optional[int], told: Dict[str, Any]) -> DictionaryEntry:
        request = HttpRequest(method, path, query={"project_id": project_id}, json=defined(told))
        return read_object(DictionaryEntry, await self._ways_out.exchange.json(request))


def _path_of(dictionary_id: int) -> str:
    return f"/v1/dictionaries/{dictionary_id:d}"


def _entries_of(dictionary_id: int) -> str:
    return f"{_path_of(dictionary_id)}/entries"
