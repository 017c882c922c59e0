"""Drives the official package against a server: one line of JSON a check. See python-sdk.test.ts."""

import asyncio
import inspect
import json
import os
import sys
import tempfile
import time
import wave

import kugelaudio
from kugelaudio import exceptions

# A key that may only read usage, and a server that restarts while it is first spoken to.
URL, KEY, NARROW_KEY, RESTARTING_URL = sys.argv[1:5]
CHECKS = {}


def check(function):
    CHECKS[function.__name__] = function
    return function


def client(key=KEY, url=URL):
    return kugelaudio.KugelAudio(api_key=key, api_url=url)


def tell(**line):
    print(json.dumps(line), flush=True)


async def take(chunks):
    return [chunk async for chunk in chunks]


def samples(chunks):
    return sum(chunk.samples for chunk in chunks)


class Took:
    """That a block takes less than so many seconds."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        self.start = time.monotonic()

    def __exit__(self, kind, *_):
        took = time.monotonic() - self.start
        if kind is None:
            assert took < self.seconds, f"took {took:.1f} s"


def raises(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


async def raises_async(kind, awaitable):
    try:
        await awaitable
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


@check
def row_01_models():
    models = client().models.list()
    assert [model.id for model in models] == ["kugel-3"], models


@check
def row_02_bad_key_rest():
    error = raises(exceptions.AuthenticationError, lambda: client("ka_wrong").models.list())
    assert error.status_code == 401


@check
def row_03_bad_key_generate():
    raises(exceptions.AuthenticationError, lambda: client("ka_wrong").tts.generate(text="Hello"))


@check
def row_04_forbidden():
    error = raises(exceptions.KugelAudioError, lambda: client(NARROW_KEY).dictionaries.list())
    assert type(error) is exceptions.KugelAudioError and error.status_code == 403, repr(error)


@check
def row_05_generate_without_voice():
    response = client().tts.generate(text="Hello there", model_id="kugel-3")
    assert response.sample_rate == 24000 and response.samples > 0 and response.duration_ms > 0


@check
def row_07_word_timestamps():
    response = client().tts.generate(text="Hello there", word_timestamps=True)
    assert [word.word for word in response.word_timestamps] == ["Hello", "there"]


def wav_file(folder, name="take.wav", seconds=1):
    path = os.path.join(folder, name)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(b"\x00\x10" * (16000 * seconds))
    return path


@check
def voices_of_the_engine():
    kugel = client()
    listed = kugel.voices.list(language="fr", limit=2)
    assert listed.limit == 2 and listed.offset == 0 and listed.total >= 2, listed
    assert all("fr" in voice.supported_languages for voice in listed.voices)
    first = listed.voices[0]
    assert first.category.value == "premade" and first.sex.value == "neutral"
    assert kugel.voices.get(first.id).name == first.name
    raises(exceptions.NotFoundError, lambda: kugel.voices.get(999))


@check
def row_21_voice_of_ones_own():
    kugel = client()
    with tempfile.TemporaryDirectory() as folder:
        made = kugel.voices.create(
            "Narrator",
            "female",
            speaker_consent=True,
            category="narrative_story",
            age="old",
            supported_languages=["de", "en"],
            sample_text="Guten Tag",
            reference_files=[wav_file(folder)],
        )
    assert (made.name, made.sex.value, made.age.value) == ("Narrator", "female", "old")
    assert made.category.value == "narrative_story" and not made.is_public
    assert kugel.voices.list().voices[0].id == made.id
    assert kugel.tts.generate(text="Word", voice_id=made.id).samples == 4800
    changed = kugel.voices.update(made.id, name="Teller", is_public=False)
    assert changed.name == "Teller" and changed.sample_text == "Guten Tag"
    kugel.voices.delete(made.id)
    raises(exceptions.NotFoundError, lambda: kugel.voices.get(made.id))
    raises(exceptions.NotFoundError, lambda: kugel.tts.generate(text="Word", voice_id=made.id))


@check
def row_21_voice_without_files():
    made = client().voices.create("Plain", "male", speaker_consent=True)
    assert made.supported_languages == ["en"]


@check
def voice_references():
    kugel = client()
    made = kugel.voices.create("Referred", "neutral", speaker_consent=True)
    raises(exceptions.ValidationError, lambda: kugel.voices.generate_sample(made.id))
    with tempfile.TemporaryDirectory() as folder:
        path = wav_file(folder)
        added = kugel.voices.add_reference(
            made.id, path, speaker_consent=True, reference_text="Hello there"
        )
        assert (added.voice_id, added.name) == (made.id, "take.wav")
        refused = raises(
            exceptions.ValidationError,
            lambda: kugel.voices.add_reference(made.id, path, speaker_consent=False),
        )
        assert refused.error_code == "SPEAKER_CONSENT_REQUIRED", refused.error_code
        wrong = os.path.join(folder, "wrong.wav")
        with open(wrong, "w") as file:
            file.write("not audio")
        raises(
            exceptions.ValidationError,
            lambda: kugel.voices.add_reference(made.id, wrong, speaker_consent=True),
        )
    listed = kugel.voices.list_references(made.id)
    assert [(one.id, one.reference_text) for one in listed] == [(added.id, "Hello there")]
    sample = kugel.voices.generate_sample(made.id)
    assert sample.sample_s3_path and sample.sample_url == kugel.voices.get(made.id).sample_url
    kugel.voices.delete_reference(made.id, added.id)
    assert kugel.voices.list_references(made.id) == []


@check
def voice_publishing():
    kugel = client()
    made = kugel.voices.create("Public", "male", speaker_consent=True)
    published = kugel.voices.publish(made.id)
    assert published.is_public and published.pending_verification and not published.verified


@check
def voice_without_consent():
    raises(
        exceptions.ValidationError,
        lambda: client().voices.create("Taken", "male", speaker_consent=False),
    )


@check
async def row_08_output_format():
    from kugelaudio.models import StreamConfig
    from kugelaudio.streaming import StreamingSession

    shown = inspect.signature(StreamConfig)
    assert "output_format" in shown.parameters
    async with StreamingSession(
        KEY, URL.replace("http", "ws"), StreamConfig(output_format="ulaw_8000")
    ) as session:
        chunks = await take(session.send("Law", flush=True))
    assert {chunk.sample_rate for chunk in chunks} == {8000}
    assert samples(chunks) == sum(len(chunk.audio) for chunk in chunks) == 1200


@check
async def row_09_too_long():
    kugel = client()
    await raises_async(exceptions.ValidationError, kugel.tts.generate_async(text="a" * 10_001))
    response = await kugel.tts.generate_async(text="Still usable")
    assert response.samples > 0
    await kugel.aclose()


@check
async def session_tokens_and_usage():
    async with client().tts.streaming_session(voice_id=1, word_timestamps=True) as session:
        chunks = []
        for token in ["A first ", "sentence ", "here. ", "And ", "another ", "one"]:
            chunks += await take(session.send(token))
        chunks += await take(session.flush())
        # A slow machine takes so long between two tokens that what there is is spoken.
        assert session.last_final["total_text_chunks"] >= 2, session.last_final
        assert session.last_word_timestamps[-1].word == "one"
        usage = session.last_usage
        assert abs(usage.audio_seconds - samples(chunks) / 24000) < 1e-3
        with Took(1):
            again = await take(session.send("A second turn", flush=True))
        assert samples(again) == 11 * 1200, samples(again)


@check
async def row_11_close_after_session_closed():
    async with client().tts.streaming_session() as session:
        await take(session.send("Done", flush=True))
        with Took(1):
            await session.close()


@check
async def row_12_flush_of_nothing():
    async with client().tts.streaming_session() as session:
        with Took(1):
            assert await take(session.flush()) == []
        assert samples(await take(session.send("Word", flush=True))) == 4800


@check
async def row_13_cancel():
    async with client().tts.streaming_session() as session:
        async for _ in session.send("Begun. #slow:caa " + "word " * 200, flush=True):
            break
        with Took(5):
            await session.cancel_current()
        assert samples(await take(session.send("Fresh", flush=True))) == 6000
        with Took(1):
            await session.cancel_current()


@check
async def row_14_pause():
    async with client().tts.streaming_session() as session:
        assert await take(session.send("Left behind")) == []
        tell(fire=5000)
        chunks = []
        with Took(10):
            chunks += await take(session._receive_until_idle(wait_for_first=True))
        assert samples(chunks) == 12000, samples(chunks)
        assert session.last_final["total_text_chunks"] == 1
        with Took(1):
            await session.close()


@check
async def row_15_update_settings():
    async with client().tts.streaming_session() as session:
        await take(session.send("One", flush=True))
        settings = await session.update_settings(speed=0.8)
        assert settings["speed"] == 0.8, settings
        await raises_async(exceptions.ValidationError, session.update_settings(speed=3.0))
        assert samples(await take(session.send("Slow", flush=True))) == 6000


@check
async def drain_yields_the_rest():
    async with client().tts.streaming_session() as session:
        chunks = await take(session.send("Not flushed"))
        chunks += await take(session.drain())
        assert samples(chunks) == 12000, samples(chunks)
        assert samples(await take(session.send("Next", flush=True))) == 4800


@check
async def end_session_keeps_the_socket():
    async with client().tts.streaming_session() as session:
        await take(session.send("Thrown away"))
        with Took(5):
            await session.end_session()
        with Took(2):
            await session.end_session()
        assert samples(await take(session.send("Next", flush=True))) == 4800


@check
async def error_leaves_the_session_usable():
    async with client().tts.streaming_session(voice_id=999) as session:
        await raises_async(exceptions.NotFoundError, take(session.send("Nobody", flush=True)))
        session.update_config(voice_id=1)
        with Took(2):
            assert samples(await take(session.send("Well", flush=True))) == 4800


@check
def synchronous_session():
    with client().tts.streaming_session_sync() as session:
        chunks = session.send("First. ") + session.send("Second turn", flush=True)
        assert samples(chunks) > 0
        with Took(1):
            assert session.flush() == []
        session.cancel_current()
        assert session.update_settings(temperature=0.2)["temperature"] == 0.2
        assert samples(session.send("Word", flush=True)) == 4800
        assert samples(session.send("More")) + samples(session.drain()) == 4800


@check
async def row_16_two_contexts():
    stamps = []
    async with client().tts.multi_context_session(
        sample_rate=8000, word_timestamps=True, on_word_timestamps=lambda *found: stamps.append(found)
    ) as session:
        with Took(1):
            await session.create_context("narrator", voice_id=1)
        with Took(1):
            await session.create_context("character", voice_id=2)
        for context in ("narrator", "character"):
            chunks = await take(session.send(context, "Hello there", flush=True))
            assert {chunk.sample_rate for chunk in chunks} == {8000}
            assert samples(chunks) == 10 * 400, samples(chunks)
        assert [context for context, _ in stamps] == ["narrator", "character"]
        await take(session.close_context("narrator"))
        assert session.usage_for("narrator").characters == 11
        assert session.active_contexts == {"character"}


@check
async def row_17_immediate_close():
    async with client().tts.multi_context_session() as session:
        await session.create_context("a")
        async for _ in session.send("a", "Begun. #slow:caa " + "word " * 100, flush=True):
            break
        with Took(5):
            await take(session.close_context("a", immediate=True))
        assert session.active_contexts == set()


@check
async def row_18_keep_alive():
    async with client().tts.multi_context_session() as session:
        await session.create_context("a")
        await session.keep_alive("a")
        with Took(2):
            assert samples(await take(session.send("a", "Word", flush=True))) == 4800


@check
async def row_19_too_many_contexts():
    async with client().tts.multi_context_session() as session:
        for at in range(20):
            await session.create_context(f"c{at}")
        await raises_async(exceptions.RateLimitError, session.create_context("c20"))
        with Took(5):
            await session.close()


@check
async def row_20_idle_context():
    async with client().tts.multi_context_session() as session:
        await session.create_context("a")
        tell(fire=20000)
        await asyncio.sleep(0.3)
        with Took(2):
            await take(session.close_context("a"))


@check
def row_22_dictionaries():
    kugel = client()
    made = kugel.dictionaries.create(name="Names", description="Ours", language="de")
    try:
        assert made.is_active and made.language == "de" and made.created_at, made
        assert kugel.dictionaries.get(made.id) == made
        assert made.id in [one.id for one in kugel.dictionaries.list(project_id=made.project_id)]
        changed = kugel.dictionaries.update(made.id, name="Brands", is_active=False)
        assert (changed.name, changed.is_active) == ("Brands", False), changed
    finally:
        kugel.dictionaries.delete(made.id)
    raises(exceptions.NotFoundError, lambda: kugel.dictionaries.get(made.id))


@check
def row_22_dictionary_entries():
    kugel = client()
    dictionary = kugel.dictionaries.create(name="Names")
    entries = kugel.dictionaries.entries
    try:
        added = entries.add(dictionary.id, word="K8s", replacement="kubernetes", ipa="x")
        assert (added.word, added.ipa, added.case_sensitive) == ("K8s", "x", False), added
        changed = entries.update(dictionary.id, added.id, replacement="cluster", case_sensitive=True)
        assert (changed.replacement, changed.case_sensitive) == ("cluster", True), changed
        raises(exceptions.KugelAudioError, lambda: entries.add(dictionary.id, word="K8s", replacement="x"))
        wanted = [{"word": "K8s", "replacement": "cluster"}, {"word": "SQL", "replacement": "sequel"}]
        for _ in range(2):
            counts = entries.replace_all(dictionary.id, wanted)
            assert (counts.upserted, counts.deleted, counts.total) == (2, 0, 2), counts
        found = entries.list(dictionary.id, search="k8")
        assert ([entry.word for entry in found.entries], found.total) == (["K8s"], 1), found
        entries.delete(dictionary.id, found.entries[0].id)
        assert entries.list(dictionary.id, limit=1).total == 1
        raises(
            exceptions.ValidationError,
            lambda: entries.replace_all(dictionary.id, [{"word": "", "replacement": "x"}]),
        )
    finally:
        kugel.dictionaries.delete(dictionary.id)


@check
async def dictionaries_are_heard_at_once():
    kugel = client()
    dictionary = kugel.dictionaries.create(name="Names")
    choice = {"project_id": dictionary.project_id}
    try:
        kugel.dictionaries.entries.replace_all(dictionary.id, [{"word": "Kugel", "replacement": "ball"}])
        assert (await kugel.tts.generate_async(text="Kugel", **choice)).samples == 4800
        kugel.dictionaries.entries.replace_all(dictionary.id, [{"word": "Kugel", "replacement": "balls"}])
        assert (await kugel.tts.generate_async(text="Kugel", **choice)).samples == 6000
        unsaid = await kugel.tts.generate_async(text="Kugels", dictionary_ids=[], **choice)
        assert unsaid.samples == 7200
        kugel.dictionaries.update(dictionary.id, is_active=False)
        async with kugel.tts.streaming_session(dictionary_ids=[dictionary.id], **choice) as session:
            assert samples(await take(session.send("a Kugel", flush=True))) == 7200
        async with kugel.tts.multi_context_session(dictionary_ids=[dictionary.id], **choice) as session:
            await session.create_context("a")
            assert samples(await take(session.send("a", "a Kugel", flush=True))) == 7200
    finally:
        kugel.dictionaries.delete(dictionary.id)
        await kugel.aclose()


@check
async def row_23_restart_before_audio():
    async with client(url=RESTARTING_URL).tts.streaming_session() as session:
        assert samples(await take(session.send("Word", flush=True))) == 4800
        assert samples(await take(session.send("Next", flush=True))) == 4800


@check
def row_24_long_audio():
    response = client().tts.generate(text="word " * 1500)
    assert response.samples >= 1500 * 4 * 1200


@check
async def row_25_idle_pooled_socket():
    kugel = client()
    assert (await kugel.tts.generate_async(text="Word")).samples == 4800
    # Four pings of the server, with time for the library to answer each: two minutes.
    for _ in range(4):
        tell(fire=30000)
        await asyncio.sleep(0.5)
    assert kugel.is_connected()
    assert (await kugel.tts.generate_async(text="Word")).samples == 4800
    await kugel.aclose()


@check
def row_26_prefixed_key():
    assert [model.id for model in client(f"eu-{KEY}").models.list()] == ["kugel-3"]
    assert client(f"eu-{KEY}").tts.generate(text="Word").samples == 4800


def main():
    for name, function in CHECKS.items():
        try:
            if inspect.iscoroutinefunction(function):
                asyncio.run(asyncio.wait_for(function(), 60))
            else:
                function()
            tell(check=name, error=None)
        except BaseException as error:
            tell(check=name, error=f"{type(error).__name__}: {error}")


main()
