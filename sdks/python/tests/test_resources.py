"""What is reached over HTTP, against a real server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Iterator

import pytest
from machine import Machine

from kugelaudio import (
    AuthenticationError,
    KugelAudio,
    NotFoundError,
    PermissionDeniedError,
    ValidationError,
    verify_receipt,
)


@pytest.fixture
def manager(machine: Machine, manager_key: str) -> Iterator[KugelAudio]:
    with KugelAudio(manager_key, machine.url) as client:
        yield client


def test_a_key_is_made_listed_changed_rotated_and_revoked_and_the_receipt_proves_it(
    manager: KugelAudio, machine: Machine
) -> None:
    made = manager.keys.create("Office", allowed_ips=["127.0.0.1"], limits={"requests_per_minute": 60})
    assert made.key.startswith("ka_") and made.key not in repr(made)
    assert made.limits["requests_per_minute"] == 60
    assert made.id in [key.id for key in manager.keys.list(q="Office").keys]
    assert manager.keys.get(made.id).name == "Office"
    assert manager.keys.update(made.id, {"name": "Desk", "allowed_ips": None}).key.name == "Desk"
    rotated = manager.keys.rotate(made.id, overlap_seconds=0)
    assert rotated.key != made.key
    revoked = manager.keys.revoke(made.id, reason="gone")
    receipt = revoked.receipt
    assert revoked.key.revoked_reason == "gone"
    assert verify_receipt(receipt, receipt["signed_by"]).valid
    assert not verify_receipt({**receipt, "streams_severed": 7}, receipt["signed_by"]).valid
    assert not verify_receipt(receipt, "A" * 43).valid
    with KugelAudio(rotated.key, machine.url) as gone, pytest.raises(AuthenticationError):
        gone.models.list()


def test_several_keys_end_together(manager: KugelAudio) -> None:
    ids = [manager.keys.create(f"Many {number}").id for number in range(2)]
    assert [each.key.id for each in manager.keys.revoke_many(ids)] == ids


def test_a_token_speaks_and_no_more_once_it_is_revoked(manager: KugelAudio, machine: Machine) -> None:
    made = manager.tokens.create(single_use=False, max_session_seconds=60)
    assert made.token not in repr(made)
    with KugelAudio(made.token, machine.url) as page:
        assert page.tts.generate("Hello").samples > 0
        receipt = manager.tokens.revoke(made.id).receipt
        assert verify_receipt(receipt, receipt["signed_by"]).valid
        with pytest.raises(AuthenticationError):
            page.tts.generate("Hello")


def test_usage_account_and_audit_say_what_has_happened(manager: KugelAudio) -> None:
    report = manager.usage.get(group_by=["day", "model"])
    assert report.totals["audio_seconds"] >= 0 and report.since <= report.until
    assert manager.usage.csv(group_by=["key"]).startswith("key_id,key_name,")
    assert manager.account.get().used["streams_now"] == 0
    page = manager.audit.list(limit=2)
    assert len(page.events) == 2 and page.next is not None
    assert manager.audit.list(limit=2, before=page.next).events[0]["seq"] < page.events[-1]["seq"]
    assert all(json.loads(line)["hash"] for line in manager.audit.export().splitlines())


def test_a_key_without_the_scope_is_told_so_by_a_class_of_its_own(waiting: KugelAudio) -> None:
    with pytest.raises(PermissionDeniedError) as raised:
        waiting.keys.list()
    assert raised.value.status_code == 403


def test_voices_are_listed_made_changed_and_removed(waiting: KugelAudio, tmp_path: Path) -> None:
    spoken = waiting.tts.generate("A recording of a voice")
    spoken.save(tmp_path / "take.wav")
    voices = waiting.voices
    made = voices.create("Narrator", "female", supported_languages=["en"], reference_files=[tmp_path / "take.wav"])
    assert made.sex is not None and made.sex.value == "female"
    assert made.id in [voice.id for voice in voices.list(language="en", limit=100).voices]
    assert voices.update(made.id, name="Teller").name == "Teller"
    added = voices.add_reference(made.id, tmp_path / "take.wav", reference_text="A recording")
    assert added.id in [reference.id for reference in voices.list_references(made.id)]
    voices.delete_reference(made.id, added.id)
    voices.delete(made.id)
    with pytest.raises(NotFoundError):
        voices.get(made.id)


def test_dictionaries_are_made_filled_and_removed(waiting: KugelAudio) -> None:
    made = waiting.dictionaries.create(name="Names", language="en")
    entries = waiting.dictionaries.entries
    added = entries.add(made.id, word="K8s", replacement="kubernetes")
    assert entries.update(made.id, added.id, replacement="cube").replacement == "cube"
    assert entries.replace_all(made.id, [{"word": "SQL", "replacement": "sequel"}]).total == 1
    assert [entry.word for entry in entries.list(made.id).entries] == ["SQL"]
    assert waiting.dictionaries.update(made.id, is_active=False).is_active is False
    assert made.id in [each.id for each in waiting.dictionaries.list()]
    waiting.dictionaries.delete(made.id)
    with pytest.raises(NotFoundError):
        waiting.dictionaries.get(made.id)


async def test_every_call_has_a_form_for_event_loops(client: KugelAudio) -> None:
    models, voices = await asyncio.gather(client.models.list.aio(), client.voices.list.aio(limit=1))
    assert models[0].id == "kugel-3" and len(voices.voices) == 1


def test_bad_input_is_a_validation_error_before_or_after_it_is_sent(waiting: KugelAudio) -> None:
    with pytest.raises(ValidationError):
        waiting.asr.transcribe(b"")
    with pytest.raises(ValidationError):
        waiting.voices.list(limit=1_000)
