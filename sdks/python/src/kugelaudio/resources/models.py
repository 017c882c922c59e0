"""``client.models``"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List

from ..both_forms import Resource, both_forms
from ..exchange import HttpRequest
from ..wire_object import member, read_list


@dataclass(frozen=True)
class Model:
    """A model that can speak."""

    id: str
    name: str
    description: str = ""
    parameters: str = ""
    #: Characters.
    max_input_length: int = 5000
    #: Hz.
    sample_rate: int = 24000


class ModelsResource(Resource):
    """``client.models``: what can speak."""

    @both_forms
    async def list(self) -> List[Model]:
        """The models that can speak."""
        answer = await self._ways_out.exchange.json(HttpRequest("GET", "/v1/models"))
        return read_list(Model, member(answer, "models"))
