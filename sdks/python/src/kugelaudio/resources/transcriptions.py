"""``client.asr``, for servers that transcribe."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..both_forms import Resource, both_forms
from ..exceptions import ValidationError
from ..exchange import HttpRequest


class TranscriptionsResource(Resource):
    """``client.asr``: what is said in a recording."""

    @both_forms
    async def transcribe(
        self,
        audio: bytes,
        *,
        filename: str = "audio.wav",
        content_type: str = "audio/wav",
        language: Optional[str] = None,
        model: str = "luchs-1",
        boosted_phrases: Optional[Sequence[str]] = None,
    ) -> Dict[str, Any]:
        """Answers what the server says, as it says it: ``text``, ``language``, ``duration_s``, …"""
        if not audio:
            raise ValidationError("audio must not be empty")
        files: List[Tuple[str, Any]] = [("file", (filename, audio, content_type)), ("model", (None, model))]
        if language is not None:
            files.append(("language", (None, language)))
        files += [("boosted_phrases", (None, phrase)) for phrase in boosted_phrases or []]
        request = HttpRequest("POST", "/v1/audio/transcriptions", files=files)
        answer = await self._ways_out.exchange.json(request)
        return answer if isinstance(answer, dict) else {}
