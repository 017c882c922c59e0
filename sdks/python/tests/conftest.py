"""What the tests share: one server with one account."""

from __future__ import annotations

from typing import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from machine import Machine

from kugelaudio import KugelAudio


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    machine = Machine()
    try:
        machine.serve()
        yield machine
    finally:
        machine.close()


@pytest.fixture(scope="session")
def api_key(machine: Machine) -> str:
    return str(machine.create_key()["key"])


@pytest.fixture(scope="session")
def manager_key(machine: Machine) -> str:
    """One that may manage keys."""
    scopes = "keys:manage,usage:read,tokens:create,speech:generate,speech:stream"
    return str(machine.create_key("manager", "--scopes", scopes)["key"])


@pytest_asyncio.fixture
async def client(machine: Machine, api_key: str) -> AsyncIterator[KugelAudio]:
    async with KugelAudio(api_key, machine.url) as client:
        yield client


@pytest.fixture
def waiting(machine: Machine, api_key: str) -> Iterator[KugelAudio]:
    """A client for calls that wait."""
    with KugelAudio(api_key, machine.url) as client:
        yield client
