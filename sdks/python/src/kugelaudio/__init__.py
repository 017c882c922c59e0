"""Speech from KugelAudio servers."""

from .audio import AudioChunk, AudioResponse
from .client import KugelAudio
from .exceptions import (
    AuthenticationError,
    ConflictError,
    EmptyAudioError,
    InsufficientCreditsError,
    KugelAudioError,
    ModelUnavailableError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    ServerError,
    ServerRestartingError,
    ValidationError,
)
from .exceptions import ConnectionError as KugelAudioConnectionError
from .exceptions import TimeoutError as KugelAudioTimeoutError
from .frames import WordTimestamp
from .multi_context_session import MultiContextSession
from .receipt import Receipt, ReceiptVerdict, verify_receipt
from .resources.account import Account, AuditPage, UsageReport
from .resources.dictionaries import BulkReplaceResult, Dictionary, DictionaryEntry, DictionaryEntryList
from .resources.keys import ApiKey, ApiKeyAndReceipt, ApiKeyList, ApiKeyWithSecret
from .resources.models import Model
from .resources.tokens import Token, TokenRevoked
from .resources.voice import GeneratedSample, Voice, VoiceDetail, VoiceListResponse, VoiceReference
from .stream_config import StreamConfig
from .streaming_session import StreamingSession
from .sync_sessions import MultiContextSessionSync, StreamingSessionSync
from .usage import SessionUsage
from .version import VERSION as __version__

__all__ = [
    "Account",
    "ApiKey",
    "ApiKeyAndReceipt",
    "ApiKeyList",
    "ApiKeyWithSecret",
    "AudioChunk",
    "AudioResponse",
    "AuditPage",
    "AuthenticationError",
    "BulkReplaceResult",
    "ConflictError",
    "Dictionary",
    "DictionaryEntry",
    "DictionaryEntryList",
    "EmptyAudioError",
    "GeneratedSample",
    "InsufficientCreditsError",
    "KugelAudio",
    "KugelAudioConnectionError",
    "KugelAudioError",
    "KugelAudioTimeoutError",
    "Model",
    "ModelUnavailableError",
    "MultiContextSession",
    "MultiContextSessionSync",
    "NotFoundError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "ProtocolError",
    "RateLimitError",
    "Receipt",
    "ReceiptVerdict",
    "ServerError",
    "ServerRestartingError",
    "SessionUsage",
    "StreamConfig",
    "StreamingSession",
    "StreamingSessionSync",
    "Token",
    "TokenRevoked",
    "UsageReport",
    "ValidationError",
    "Voice",
    "VoiceDetail",
    "VoiceListResponse",
    "VoiceReference",
    "WordTimestamp",
    "__version__",
    "verify_receipt",
]
