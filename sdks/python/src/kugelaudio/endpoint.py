"""Who is called, and with which credential."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Mapping, Optional
from urllib.parse import urlsplit

from .exceptions import ValidationError
from .key_text import kind_of_key_text

_REGIONS = ("eu", "us", "global")
_API_URL = "https://api.kugelaudio.com"
_EU_API_URL = "https://api.eu.kugelaudio.com"
_PREFIX = re.compile(r"(eu|us|global)-")


@dataclass(frozen=True)
class Endpoint:
    """Who is called, and with what. URLs have no slash at their end."""

    #: As it goes over the wire: without its region. Never shown.
    key: str = field(repr=False)
    #: ``https://…``, for requests.
    api_url: str
    #: ``wss://…``, for sockets.
    tts_url: str


def resolve_endpoint(
    environment: Mapping[str, str],
    *,
    api_key: Optional[str] = None,
    api_url: Optional[str] = None,
    eu_api_url: Optional[str] = None,
    tts_url: Optional[str] = None,
    region: Optional[str] = None,
    check_key: bool = True,
) -> Endpoint:
    """Decides by explicit URL, then ``region``, then the key's prefix, then the default; ``KUGELAUDIO_API_URL`` and
    ``KUGELAUDIO_EU_API_URL`` stand for the two endpoints. Raises :class:`ValidationError` for no key, a mistyped one,
    an unknown region or a URL that is none."""
    if region is not None and region not in _REGIONS:
        raise ValidationError(f"region must be one of {', '.join(_REGIONS)}")
    given = (environment.get("KUGELAUDIO_API_KEY", "") if api_key is None else api_key).strip()
    prefix = _PREFIX.match(given)
    key = given[prefix.end() :] if prefix else given
    if key == "":
        raise ValidationError(
            "No API key: pass api_key, or set the environment variable KUGELAUDIO_API_KEY. "
            "You get one in your dashboard under Settings → API Keys."
        )
    _check_key_text(key, check_key)
    if api_url is None:
        chosen = region or (prefix.group(1) if prefix else None)
        api_url = _url_of_region(chosen, eu_api_url, environment)
    http = _http_url("api_url", api_url)
    sockets = http if tts_url is None else _http_url("tts_url", tts_url)
    return Endpoint(key, http, re.sub("^http", "ws", sockets))


def _url_of_region(region: Optional[str], eu_api_url: Optional[str], environment: Mapping[str, str]) -> str:
    usual = environment.get("KUGELAUDIO_API_URL") or None
    if region != "eu":
        return usual or _API_URL
    # A server of your own must never lose its keys to somebody else's endpoint: its address comes before ours.
    if eu_api_url is not None:
        return eu_api_url
    return environment.get("KUGELAUDIO_EU_API_URL") or usual or _EU_API_URL


def _check_key_text(key: str, is_checked: bool) -> None:
    kind = kind_of_key_text(key)
    if kind == "unprintable":
        raise ValidationError("The API key holds a space or another character that no key has: copy it again")
    if kind == "mistyped" and is_checked:
        raise ValidationError(
            f"The API key is mistyped or cut off (it has {len(key)} characters and its checksum is wrong): "
            "copy it again. check_key=False sends it all the same."
        )


def _http_url(name: str, text: str) -> str:
    """A base address with http or https, without slashes at its end."""
    wanted = re.sub(r"^ws(?=s?:)", "http", text.strip(), flags=re.IGNORECASE)
    invalid = ValidationError(f"{name} must be a URL as https://api.example.com")
    try:
        url = urlsplit(wanted)
        # Reading the port is what checks it.
        url.port  # noqa: B018
    except ValueError:
        raise invalid from None
    if url.scheme not in ("http", "https") or not url.hostname or re.search(r"\s", wanted):
        raise invalid
    if url.username is not None or url.password is not None or url.query or url.fragment:
        raise ValidationError(f"{name} must hold no user, password, query or fragment")
    return f"{url.scheme}://{url.netloc.lower()}{url.path}".rstrip("/")
