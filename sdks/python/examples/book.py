"""Converts a book, passage by passage. Started again, it goes on where it was: what is there is not spoken twice."""

import argparse
import hashlib
import os
import re
import textwrap
from pathlib import Path

from kugelaudio import KugelAudio

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("book", type=Path, help="a text file")
parser.add_argument("folder", type=Path, help="where the audio goes, and book.m3u, which plays it in order")
parser.add_argument("--voice", help="id or name of a voice")
parser.add_argument("--characters", type=int, default=2000, help="of a passage, at most; a request takes 10,000")
given = parser.parse_args()


def passages_of(text, characters):
    """Whole sentences, as many together as there is room for; one that is too long by itself is cut between words."""
    passages = []
    for sentence in re.split(r"(?<=[.!?…])\s+|\n\s*\n", text):
        for piece in textwrap.wrap(sentence, characters):
            if passages and len(passages[-1]) + 1 + len(piece) <= characters:
                passages[-1] += f" {piece}"
            else:
                passages.append(piece)
    return passages


def name_of(number, passage):
    """The text is in the name: a passage that was rewritten meanwhile is another one."""
    return f"{number:05d}-{hashlib.sha256(passage.encode()).hexdigest()[:12]}.wav"


passages = passages_of(given.book.read_text("utf-8"), given.characters)
names = [name_of(number, passage) for number, passage in enumerate(passages, 1)]
given.folder.mkdir(parents=True, exist_ok=True)
with KugelAudio(max_retries=5) as client:
    for number, (name, passage) in enumerate(zip(names, passages), 1):
        path = given.folder / name
        if path.exists():
            continue
        # A file that has its name is whole: what is broken off leaves only the other.
        part = path.with_suffix(".part")
        client.tts.generate(passage, voice_id=given.voice).save(part)
        os.replace(part, path)
        share = sum(map(len, passages[:number])) / sum(map(len, passages))
        print(f"{number} of {len(passages)} passages, {share:.0%}", flush=True)
(given.folder / "book.m3u").write_text("".join(f"{name}\n" for name in names), "utf-8")
print(given.folder / "book.m3u")
