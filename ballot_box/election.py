"""What is asked and by whom it may be answered: Question and ElectionSetup, as Belenios wrote them.

All of it is public. It must never hold a credential's private part, or anything that tells whose a public one is.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ballot_box import group


@dataclass(frozen=True)
class Question:
    """One question. A vote marks between `minimum` and `maximum` answers, or is blank where `blank` allows it."""

    text: str
    answers: tuple[str, ...]
    minimum: int
    maximum: int
    blank: bool

    def __post_init__(self) -> None:
        if not self.text or not self.answers or not all(self.answers):
            raise ValueError("a question needs a text and answers that are not empty")
        if not 0 <= self.minimum <= self.maximum <= len(self.answers) or self.maximum == 0:
            raise ValueError("0 <= minimum <= maximum <= number of answers, and maximum > 0")

    def to_template(self) -> dict[str, object]:
        """As belenios-tool reads it (specification, 4.9)."""
        limits = {"min": self.minimum, "max": self.maximum}
        blank: dict[str, object] = {"blank": True} if self.blank else {}
        return {"answers": list(self.answers), **blank, **limits, "question": self.text}


@dataclass(frozen=True)
class ElectionSetup:
    """An election's public parameters: JSON texts, byte for byte as Belenios wrote them.

    `credentials` are public parts, in the order of the public list. `tool` is the version of belenios-tool that made
    the set-up (one version per election); it is not part of what the election is.
    """

    election: str
    trustees: str
    credentials: tuple[str, ...]
    tool: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        # A comma would start a weight, or an identity as in *.pubcreds, which links voters and is never published.
        if not all(group.is_element(credential) for credential in self.credentials):
            raise ValueError("a public credential is one group element, without weight and without identity")
        if len(self.credential_set) != len(self.credentials):
            raise ValueError("the same public credential twice")
        _ = self.uuid, self.questions

    @cached_property
    def _parsed(self) -> dict[str, Any]:
        parsed = json.loads(self.election)
        if not isinstance(parsed, dict) or parsed.get("group") != group.NAME:
            raise ValueError(f"an election in the group {group.NAME} is expected")
        return parsed

    @cached_property
    def credential_set(self) -> frozenset[str]:
        return frozenset(self.credentials)

    @property
    def uuid(self) -> str:
        return str(self._parsed["uuid"])

    @property
    def name(self) -> str:
        return str(self._parsed["name"])

    @property
    def description(self) -> str:
        return str(self._parsed["description"])

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(
            Question(
                text=one["question"],
                answers=tuple(one["answers"]),
                minimum=one["min"],
                maximum=one["max"],
                blank=bool(one.get("blank", False)),
            )
            for one in self._parsed["questions"]
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the election's JSON, Base64 without padding (specification, 4.15)."""
        digest = hashlib.sha256(self.election.encode("utf-8")).digest()
        return base64.b64encode(digest).decode("ascii").rstrip("=")

    @cached_property
    def trustee_keys(self) -> tuple[str, ...]:
        """The trustees' public keys in the order of their numbers, which count from 1."""
        return trustee_keys_in(self.trustees)

    def credentials_json(self) -> str:
        """As in public_creds.json."""
        return json.dumps(list(self.credentials), separators=(",", ":"))

    def to_json(self) -> dict[str, Any]:
        return {
            "election": self.election,
            "trustees": self.trustees,
            "credentials": list(self.credentials),
            "tool": self.tool,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ElectionSetup:
        """Reverse of to_json. ValueError if it is not an election of this room."""
        try:
            return cls(
                election=str(value["election"]),
                trustees=str(value["trustees"]),
                credentials=tuple(str(one) for one in value["credentials"]),
                tool=str(value.get("tool", "")),
            )
        except (KeyError, TypeError, AttributeError) as trouble:
            raise ValueError(f"not an election's set-up: {type(trouble).__name__}") from None


def combined_key(trustees: str) -> str:
    """The key under which ballots are sealed, from Belenios' trustees.json (specification, 4.6). Raises what a
    malformed one does. That each part of it was proved by whoever holds it, is belenios-tool's check."""
    key = 1
    for kind, value in json.loads(trustees):
        told = [value["public_key"]] if kind == "Single" else [_constant(one) for one in value["coefexps"]]
        for one in told:
            key = key * int(one) % group.P
    return str(key)


def _constant(polynomial: Mapping[str, str]) -> str:
    return str(json.loads(polynomial["message"])["coefexps"][0])


def trustee_keys_in(trustees: str) -> tuple[str, ...]:
    """The public keys in Belenios' trustees.json, in the order of their numbers. Raises what a malformed one does."""
    keys: list[str] = []
    for kind, value in json.loads(trustees):
        holders = [value] if kind == "Single" else value["verification_keys"]
        keys += [str(holder["public_key"]) for holder in holders]
    return tuple(keys)
