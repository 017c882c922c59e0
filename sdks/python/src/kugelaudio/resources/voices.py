"""``client.voices``"""

from __future__ import annotations

import json
import os
from typing import Any, List, Optional, Sequence, Tuple, Union
from urllib.parse import quote

from ..both_forms import Resource, both_forms
from ..exchange import HttpRequest, Path
from ..speech_options import VoiceId, defined
from ..wire_object import member, read_list, read_object
from .voice import GeneratedSample, Voice, VoiceDetail, VoiceListResponse, VoiceReference


class VoicesResource(Resource):
    """``client.voices``: the voices of the server, and those of your own."""

    @both_forms
    async def list(
        self,
        language: Optional[str] = None,
        include_public: bool = True,
        limit: int = 20,
        offset: int = 0,
        *,
        category: Optional[str] = None,
    ) -> VoiceListResponse:
        """Voices that can be used, the account's own among them. ``limit``: 1 to 100."""
        query = {
            "language": language,
            "include_public": include_public,
            "category": category,
            "limit": limit,
            "offset": offset,
        }
        answer = await self._ways_out.exchange.json(HttpRequest("GET", "/v1/voices", query=query))
        voices = read_list(Voice, member(answer, "voices"))
        counts = (int(member(answer, name)) for name in ("total", "limit", "offset"))
        return VoiceListResponse(voices, *counts)

    @both_forms
    async def get(self, voice_id: VoiceId) -> VoiceDetail:
        """One voice, by number or handle."""
        return await self._detail(HttpRequest("GET", _path_of(voice_id)))

    @both_forms
    async def create(
        self,
        name: str,
        sex: str,
        *,
        speaker_consent: bool = True,
        description: str = "",
        category: str = "conversational",
        age: str = "middle_age",
        quality: str = "mid",
        supported_languages: Optional[Sequence[str]] = None,
        is_public: bool = False,
        sample_text: str = "",
        reference_files: Optional[Sequence[Path]] = None,
        settings: Optional[dict[str, Any]] = None,
    ) -> VoiceDetail:
        """Makes a voice, after recordings where the engine can. ``speaker_consent`` is accepted for compatibility."""
        told = {
            "name": name,
            "sex": sex,
            "description": description or None,
            "category": category,
            "age": age,
            "quality": quality,
            "supported_languages": supported_languages,
            "is_public": is_public,
            "sample_text": sample_text or None,
            "settings": settings,
        }
        files: List[Tuple[str, Any]] = [("metadata", (None, json.dumps(defined(told)), "application/json"))]
        files += [("files", _recording(path)) for path in reference_files or []]
        return await self._detail(HttpRequest("POST", "/v1/voices", files=files))

    @both_forms
    async def update(
        self,
        voice_id: VoiceId,
        *,
        name: Optional[str] = None,
        description: Optional[str] = None,
        category: Optional[str] = None,
        age: Optional[str] = None,
        sex: Optional[str] = None,
        quality: Optional[str] = None,
        supported_languages: Optional[Sequence[str]] = None,
        is_public: Optional[bool] = None,
        sample_text: Optional[str] = None,
    ) -> VoiceDetail:
        """What is left out stays."""
        changes = {
            "name": name,
            "description": description,
            "category": category,
            "age": age,
            "sex": sex,
            "quality": quality,
            "supported_languages": supported_languages,
            "is_public": is_public,
            "sample_text": sample_text,
        }
        return await self._detail(HttpRequest("PATCH", _path_of(voice_id), json=defined(changes)))

    @both_forms
    async def delete(self, voice_id: VoiceId) -> None:
        """Removes a voice of your own with its recordings."""
        await self._ways_out.exchange.json(HttpRequest("DELETE", _path_of(voice_id)))

    @both_forms
    async def publish(self, voice_id: VoiceId) -> VoiceDetail:
        """Asks that every account may use the voice."""
        return await self._detail(HttpRequest("POST", f"{_path_of(voice_id)}/publish"))

    @both_forms
    async def generate_sample(self, voice_id: VoiceId) -> GeneratedSample:
        """Has the voice's sample spoken."""
        request = HttpRequest("POST", f"{_path_of(voice_id)}/generate-sample")
        return read_object(GeneratedSample, await self._ways_out.exchange.json(request))

    @both_forms
    async def list_references(self, voice_id: VoiceId) -> List[VoiceReference]:
        """The recordings that a voice is made of."""
        request = HttpRequest("GET", f"{_path_of(voice_id)}/references")
        return read_list(VoiceReference, await self._ways_out.exchange.json(request))

    @both_forms
    async def add_reference(
        self, voice_id: VoiceId, file: Path, *, speaker_consent: bool = True, reference_text: str = ""
    ) -> VoiceReference:
        """Keeps a recording with a voice. ``speaker_consent`` is accepted for compatibility."""
        files: List[Tuple[str, Any]] = [("file", _recording(file))]
        if reference_text:
            files.append(("reference_text", (None, reference_text)))
        request = HttpRequest("POST", f"{_path_of(voice_id)}/references", files=files)
        return read_object(VoiceReference, await self._ways_out.exchange.json(request))

    @both_forms
    async def delete_reference(self, voice_id: VoiceId, reference_id: Union[int, str]) -> None:
        """Removes a recording of a voice."""
        path = f"{_path_of(voice_id)}/references/{quote(str(reference_id), safe='')}"
        await self._ways_out.exchange.json(HttpRequest("DELETE", path))

    async def _detail(self, request: HttpRequest) -> VoiceDetail:
        return read_object(VoiceDetail, await self._ways_out.exchange.json(request))


def _path_of(voice_id: VoiceId) -> str:
    return f"/v1/voices/{quote(str(voice_id), safe='')}"


def _recording(path: Path) -> Tuple[str, bytes]:
    with open(path, "rb") as file:
        return os.path.basename(path), file.read()
