"""Voices, as servers tell of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional, Type, TypeVar

from .open_enum import OpenEnum

E = TypeVar("E", bound=OpenEnum)


class VoiceSex(OpenEnum):
    MALE = "male"
    FEMALE = "female"
    NEUTRAL = "neutral"


class VoiceAge(OpenEnum):
    YOUNG = "young"
    MIDDLE_AGE = "middle_age"
    MIDDLE_AGED = "middle_aged"
    OLD = "old"


class VoiceCategory(OpenEnum):
    PREMADE = "premade"
    CLONED = "cloned"
    CONVERSATIONAL = "conversational"
    NARRATIVE_STORY = "narrative_story"


@dataclass
class Voice:
    """A voice, as it is listed."""

    id: int
    name: str
    description: str = ""
    category: Optional[VoiceCategory] = None
    sex: Optional[VoiceSex] = None
    age: Optional[VoiceAge] = None
    quality: str = "mid"
    supported_languages: List[str] = field(default_factory=list)
    sample_text: str = ""
    avatar_url: Optional[str] = None
    sample_url: Optional[str] = None
    is_public: bool = False
    verified: bool = False
    handle: Optional[str] = None
    public_id: Optional[str] = None

    def __post_init__(self) -> None:
        self.category = _named(VoiceCategory, self.category)
        self.sex = _named(VoiceSex, self.sex)
        self.age = _named(VoiceAge, self.age)


@dataclass
class VoiceDetail(Voice):
    """A voice with all that is known of it."""

    generative_voice_description: str = ""
    pending_verification: bool = False


@dataclass(frozen=True)
class VoiceReference:
    """A recording that a voice was made after."""

    id: int
    voice_id: int
    name: str = ""
    reference_text: str = ""
    s3_path: str = ""
    audio_url: Optional[str] = None
    is_generated: bool = False


@dataclass(frozen=True)
class VoiceListResponse:
    """Voices, and how many there are in all."""

    voices: List[Voice]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True)
class GeneratedSample:
    """Where a voice's sample is to be heard."""

    sample_s3_path: str = ""
    sample_url: Optional[str] = None


def _named(kind: Type[E], name: Optional[E]) -> Optional[E]:
    return None if name is None else kind(name)
