"""What both SDKs must decide alike."""

from __future__ import annotations

import base64
from dataclasses import asdict
from datetime import datetime
from typing import Any, Dict, Optional

import pytest
from vectors import cases, vectors

from kugelaudio import exceptions
from kugelaudio.audio import chunk_of
from kugelaudio.classify import (
    classify_http_error,
    classify_ws_close,
    classify_ws_frame,
    classify_ws_handshake_error,
)
from kugelaudio.endpoint import resolve_endpoint
from kugelaudio.exceptions import KugelAudioError, ProtocolError
from kugelaudio.frames import AudioFrame, ContextClosedFrame, EndFrame, ErrorFrame, Frame, parse_frame
from kugelaudio.key_text import kind_of_key_text
from kugelaudio.retry import Failed, decide_retry
from kugelaudio.usage import SessionUsage

Case = Dict[str, Any]


@pytest.mark.parametrize("case", cases("keys.json"))
def test_keys(case: Case) -> None:
    assert kind_of_key_text(case["text"]) == case["expect"]


@pytest.mark.parametrize("case", cases("endpoints.json"))
def test_endpoints(case: Case) -> None:
    expect = case["expect"]
    if "error" not in expect:
        assert asdict(resolve_endpoint(case["env"], **case["given"])) == expect
        return
    with pytest.raises(KugelAudioError) as raised:
        resolve_endpoint(case["env"], **case["given"])
    assert type(raised.value).__name__ == expect["error"]
    assert expect["says"] in str(raised.value)
    key = case["given"].get("api_key", "").strip()
    assert len(key) < 5 or key not in str(raised.value), "the key is not repeated"


@pytest.mark.parametrize("case", cases("errors.json"))
def test_errors(case: Case) -> None:
    error = _error_of(case["given"])
    said = {
        "class": type(error).__name__,
        "status_code": error.status_code,
        "error_code": error.error_code,
        "message": error.message,
        "request_id": error.request_id,
        "retry_after": error.retry_after,
        "close_code": error.close_code,
    }
    assert said == case["expect"]
    if error.request_id is not None:
        assert str(error) == f"{error.message} (request_id: {error.request_id})"


def test_every_class_of_errors_is_there_under_its_parent() -> None:
    found = [each for each in vars(exceptions).values() if isinstance(each, type) and issubclass(each, KugelAudioError)]
    parents = {each.__name__: None if each is KugelAudioError else each.__mro__[1].__name__ for each in found}
    assert parents == vectors("errors.json")["classes"]


@pytest.mark.parametrize("case", cases("frames.json"))
def test_frames(case: Case) -> None:
    expect = case["expect"]
    if "invalid" in expect:
        with pytest.raises(ProtocolError, match=expect["invalid"]):
            parse_frame(case["message"])
    else:
        assert _said_by(parse_frame(case["message"])) == expect


def test_bytes_are_no_message() -> None:
    with pytest.raises(ProtocolError):
        parse_frame(b"{}")


def test_base64_of_the_right_length_that_holds_no_base64_is_nonsense() -> None:
    whole = AudioFrame("audio", base64.b64encode(b"\0\1\2\3").decode(), "pcm_s16le", 0, 24_000, 2)
    assert chunk_of(whole).audio == b"\0\1\2\3"
    with pytest.raises(ProtocolError, match="length"):
        chunk_of(AudioFrame("audio", "AAE!Aw==", "pcm_s16le", 0, 24_000, 2))


@pytest.mark.parametrize("case", cases("retries.json"))
def test_retries(case: Case) -> None:
    delay_ms = decide_retry(Failed(**case["given"]), case["retries_max"])
    decision = {"retry": False} if delay_ms is None else {"retry": True, "delay_ms": [*delay_ms]}
    assert decision == case["expect"]


def _error_of(given: Dict[str, Any]) -> KugelAudioError:
    now = datetime.fromisoformat(given["now"].replace("Z", "+00:00")).timestamp() if "now" in given else 0
    if "http" in given:
        told = given["http"]
        return classify_http_error(told["status"], told["body"], told["headers"], now)
    if "frame" in given:
        return classify_ws_frame(given["frame"])
    if "close" in given:
        return classify_ws_close(given["close"]["code"], given["close"]["reason"])
    return classify_ws_handshake_error(given["handshake"]["status"], given["handshake"]["headers"], now)


#: Totals of the wire, by the names that the table has for them.
_TOTALS = {"dur_ms": "duration_ms", "gen_ms": "generation_ms"}
_COUNTED = ("chunks", "total_samples", "dur_ms", "gen_ms", "rtf")
_SUMMED = ("total_audio_seconds", "total_text_chunks", "total_audio_chunks")


def _said_by(frame: Frame) -> Dict[str, Any]:
    if isinstance(frame, ErrorFrame):
        said: Dict[str, Any] = {"kind": "error", "class": type(frame.error).__name__}
    elif isinstance(frame, EndFrame):
        said = {_TOTALS.get(name, name): frame.told.get(name) for name in (*_COUNTED, *_SUMMED)}
        said.update(kind=frame.kind, usage=_usage(frame.usage))
    else:
        said = asdict(frame)
        if isinstance(frame, ContextClosedFrame):
            said["usage"] = _usage(frame.usage)
    if frame.kind == "warning":
        said["message"] = said.pop("text")
    if frame.kind == "generation_started":
        del said["audio_seconds"], said["generation_ms"]
    if frame.kind == "chunk_complete":
        del said["text"]
    if frame.kind == "session_started":
        said["session_id"] = said.pop("text")
    said.update(chunk_id=frame.chunk_id, context_id=frame.context_id)
    return {name: value for name, value in said.items() if value is not None}


def _usage(usage: Optional[SessionUsage]) -> Optional[Dict[str, Any]]:
    if usage is None:
        return None
    told = {name: value for name, value in asdict(usage).items() if value is not None}
    return {**told, "cost_cents": usage.cost_cents, "cost_available": usage.cost_available}
