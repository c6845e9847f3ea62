"""ChirpStack's device profiles: vendors/<vendor>/devices/*.toml name firmwares with their codecs."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from device_profiles.errors import DecodeError, ProfileError
from device_profiles.javascript import Entry, Script, patient_runner
from device_profiles.repositories.offer import Example, Offer, Refused, within


class ChirpStack:
    """A checkout of chirpstack/chirpstack-device-profiles."""

    title = "chirpstack/chirpstack-device-profiles"
    mark = "chirpstack"

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self.root = root

    def offers(self, vendor: str, device: str) -> Iterator[Offer | Refused]:
        """Give the devices of vendors/*/devices."""
        for path in sorted(self.root.glob(f"vendors/{vendor or '*'}/devices/*.toml")):
            if device in ("", path.stem):
                yield from self._of_device(path)

    def _of_device(self, path: Path) -> Iterator[Offer | Refused]:
        vendor, described = path.parents[1].name, _read(path).get("device", {})
        codecs: dict[str, list[str]] = {}
        for firmware in described.get("firmware", []):
            if firmware.get("codec"):
                codecs.setdefault(firmware["codec"], []).append(str(firmware.get("version", "")))
        if not codecs:
            yield Refused(vendor=vendor, device=path.stem, reason="the repository names no codec for it")
        for codec, firmwares in codecs.items():
            script = path.parents[1] / "codecs" / codec
            if not within(script, self.root):
                yield Refused(vendor=vendor, device=path.stem, reason=f"the codec {codec} is not there")
                continue
            title = str(described.get("name") or path.stem)
            yield Offer(
                vendor=vendor,
                device=path.stem,
                title=title,
                firmwares=firmwares,
                codec=script,
                place=str(script.relative_to(self.root)),
                examples=list(_examples(script)),
                names=[title],
            )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: {error}") from error


def _examples(script: Path) -> Iterator[Example]:
    """Give the tests that lie beside a codec; they may have comments and hexadecimal numbers, as in JavaScript."""
    path = script.with_name(f"test_decode_{script.stem}.json")
    if not path.is_file():
        return
    for one in _literal(path):
        given = one.get("input") if isinstance(one, dict) else None
        if not isinstance(given, dict):
            continue
        try:
            payload = bytes(given.get("bytes") or ())
        except (TypeError, ValueError):
            continue
        port, answer = given.get("fPort"), one.get("expected")
        yield Example(
            text=str(one.get("name") or "example"),
            payload=payload,
            port=port if isinstance(port, int) else None,
            answer=answer if isinstance(answer, dict) else None,
        )


def _literal(path: Path) -> list[Any]:
    """Read a file that is an expression of JavaScript, where everything else that is JavaScript runs."""
    text = path.read_text(encoding="utf-8", errors="replace")
    source = f"function decodeUplink() {{ return {{ data: (\n{text}\n) }}; }}"
    try:
        found = patient_runner().run(Script(path, source), Entry.DECODE_UPLINK, {}, 0)["data"]
    except DecodeError:
        return []
    return found if isinstance(found, list) else []
