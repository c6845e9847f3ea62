"""Milesight's own codecs: <series>/<model>/<model>-decoder.js, units in <model>-codec.json, examples in README.md."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from device_profiles.errors import DecodeError
from device_profiles.repositories.offer import Example, Offer, Refused, Said
from device_profiles.written import from_hex

_BLOCK: Final = re.compile(r"^```json[c5]?\s*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HEX: Final = re.compile(r"^\s*//\s*((?:[0-9A-Fa-f]{2}\s*)+)$", re.MULTILINE)
_PORT: Final = 85
"""The port of Milesight's devices as they are delivered."""


class Milesight:
    """A checkout of Milesight-IoT/SensorDecoders."""

    title = "Milesight-IoT/SensorDecoders"
    mark = "sensordecoders"

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self.root = root

    def offers(self, vendor: str, device: str) -> Iterator[Offer | Refused]:
        """Give the folders of every series."""
        if vendor not in ("", "milesight"):
            return
        for script in sorted(self.root.glob("*-series/*/*-decoder.js")):
            model = script.name.removesuffix("-decoder.js")
            if device in ("", model):
                yield self._offer(script, model)

    def _offer(self, script: Path, model: str) -> Offer:
        described = _described(script.with_name(f"{model}-codec.json"))
        readme = script.with_name("README.md")
        text = readme.read_text(encoding="utf-8", errors="replace") if readme.is_file() else ""
        heading = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
        examples = list(_examples(text))
        try:
            payload = from_hex(str(described.get("bytes") or ""))
        except DecodeError:
            payload = b""
        if payload:
            examples.append(Example(text="codec.json", payload=payload, port=_PORT))
        return Offer(
            vendor="milesight",
            device=model,
            title=f"Milesight {heading[1].strip() if heading else model.upper()}",
            firmwares=[],
            codec=script,
            place=str(script.relative_to(self.root)),
            examples=examples,
            fields=dict(_fields(described)),
        )


def _described(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _fields(described: Mapping[str, Any]) -> Iterator[tuple[str, Said]]:
    for one in described.get("object") or []:
        if isinstance(one, dict) and "R" in str(one.get("access_mode", "R")):
            words = [str(value.get("name")) for value in one.get("values") or [] if isinstance(value, dict)]
            yield str(one.get("id")), Said(unit=str(one.get("unit") or ""), words=words)


def _examples(text: str) -> Iterator[Example]:
    """Give the uplinks of a README: bytes in a comment, and under it the object that they mean."""
    for block in _BLOCK.findall(text):
        marks = list(_HEX.finditer(block))
        ends = [mark.start() for mark in marks[1:]] + [len(block)]
        for mark, end in zip(marks, ends[: len(marks)], strict=True):
            body = block[mark.end() : end]
            try:
                answer = json.loads(body)
            except ValueError:
                continue
            if isinstance(answer, dict):
                payload = from_hex(mark[1])
                yield Example(text="README.md", payload=payload, port=_PORT, answer={"data": answer})
