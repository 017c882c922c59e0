"""What the Python package does with a key of any region, and with one that is bound to Europe, before and after Europe
is gone: a line for each call. Waits for a line before it goes on without Europe."""

import os
import sys

from kugelaudio import KugelAudio

key = os.environ["KUGELAUDIO_API_KEY"]


def tell(what, call):
    try:
        print(what, call(), flush=True)
    except Exception as error:
        print(what, type(error).__name__, flush=True)


anywhere = KugelAudio()
europe = KugelAudio(api_key=f"eu-{key}")
tell("anywhere", lambda: anywhere.tts.generate("word").samples)
tell("europe", lambda: europe.tts.generate("word").samples)
print("ready", flush=True)
sys.stdin.readline()
tell("anywhere", lambda: anywhere.tts.generate("word").samples)
tell("europe", lambda: KugelAudio(api_key=f"eu-{key}").tts.generate("word").samples)
tell("europe", lambda: len(KugelAudio(api_key=f"eu-{key}").models.list()))
