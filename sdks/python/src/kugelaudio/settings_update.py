"""Settings that are changed on an open socket."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Deque, Dict, List, Optional, Tuple

from .exceptions import KugelAudioError, ValidationError
from .session_link import Message, SessionLink
from .speech_options import wire_settings


def settings_of(
    *,
    cfg_scale: Optional[float] = None,
    temperature: Optional[float] = None,
    speed: Optional[float] = None,
    max_new_tokens: Optional[int] = None,
    language: Optional[str] = None,
    normalize: Optional[bool] = None,
) -> Dict[str, Any]:
    """What is left out stays."""
    return {
        "cfg_scale": cfg_scale,
        "temperature": temperature,
        "speed": speed,
        "max_new_tokens": max_new_tokens,
        "language": language,
        "normalize": normalize,
    }


class SettingsUpdates:
    """The settings that were changed on a session's socket, and the changes that wait for their acknowledgement."""

    def __init__(self) -> None:
        self._waiting: Deque[Tuple[Message, asyncio.Future[Dict[str, Any]]]] = deque()
        #: What has been changed: another socket must be told again.
        self.changed: Dict[str, Any] = {}

    @property
    def is_due(self) -> bool:
        return bool(self._waiting)

    @property
    def messages(self) -> List[Message]:
        """What must be said again on another socket."""
        return [message for message, _ in self._waiting]

    async def send(self, link: SessionLink, settings: Dict[str, Any]) -> Dict[str, Any]:
        """Sends a change; answers all that is in effect. Raises what keeps it from being one."""
        link.assert_connected()
        wire = wire_settings(settings)
        if not wire:
            raise ValidationError("update_settings must change something")
        acknowledged: asyncio.Future[Dict[str, Any]] = asyncio.get_running_loop().create_future()
        message = {"update_settings": wire}
        self._waiting.append((message, acknowledged))
        link.send(message)
        # One that nobody waits for any more is acknowledged all the same.
        in_effect = await asyncio.shield(acknowledged)
        self.changed.update(wire)
        return in_effect

    def settle(self, settings: Dict[str, Any]) -> None:
        if self._waiting:
            self._waiting.popleft()[1].set_result(settings)

    def refuse(self, error: KugelAudioError) -> bool:
        """Whether an error was the answer to a change."""
        if not self._waiting:
            return False
        refused = self._waiting.popleft()[1]
        refused.set_exception(error)
        # Whoever waits may have gone.
        refused.exception()
        return True
