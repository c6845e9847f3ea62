"""The Things Network's device repository: vendor/<vendor>/<device>.yaml names firmwares, those name codecs."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from device_profiles.errors import ProfileError
from device_profiles.repositories.offer import Example, Offer, Refused, within


class TheThingsNetwork:
    """A checkout of TheThingsNetwork/lorawan-devices."""

    title = "TheThingsNetwork/lorawan-devices"
    mark = "ttn"

    def __init__(self, root: Path) -> None:
        """Take the folder.

        Raises:
            ProfileError: PyYAML is missing.
        """
        self.root = root
        self._read = _reader()

    def offers(self, vendor: str, device: str) -> Iterator[Offer | Refused]:
        """Give the devices of vendor/*/index.yaml."""
        for index in sorted(self.root.glob(f"vendor/{vendor or '*'}/index.yaml")):
            devices = self._read(index).get("endDevices") or []
            for name in devices:
                if device in ("", name) and isinstance(name, str):
                    yield from self._of_device(index.parent, name)

    def _of_device(self, folder: Path, name: str) -> Iterator[Offer | Refused]:
        described = self._read(folder / f"{name}.yaml")
        codecs: dict[str, list[str]] = {}
        for firmware in _tables(described.get("firmwareVersions")):
            for region in _tables(list((firmware.get("profiles") or {}).values())):
                versions = codecs.setdefault(str(region.get("codec") or ""), [])
                if str(firmware.get("version")) not in versions:
                    versions.append(str(firmware.get("version")))
        codecs.pop("", None)
        if not codecs:
            yield Refused(vendor=folder.name, device=name, reason="the repository names no codec for it")
        for codec, firmwares in codecs.items():
            yield self._offer(folder, name, described, codec, firmwares)

    def _offer(
        self, folder: Path, name: str, described: Mapping[str, Any], codec: str, firmwares: list[str]
    ) -> Offer | Refused:
        path = folder / f"{codec}.yaml"
        decoder = self._read(path).get("uplinkDecoder") or {}
        script = folder / str(decoder.get("fileName") or "")
        if not within(script, self.root):
            return Refused(
                vendor=folder.name, device=name, reason=f"{path.name} names no decoder that is there"
            )
        return Offer(
            vendor=folder.name,
            device=name,
            title=str(described.get("name") or name),
            firmwares=firmwares,
            codec=script,
            place=str(script.relative_to(self.root)),
            examples=[example for one in _tables(decoder.get("examples")) if (example := _example(one))],
            names=[f"{folder.name}/{name}", *(f"{folder.name}/{name}@{version}" for version in firmwares)],
        )


def _reader() -> Callable[[Path], Mapping[str, Any]]:
    try:
        import yaml
    except ImportError as error:
        raise ProfileError("this repository needs PyYAML; run: pip install 'lilong[edge]'") from error
    # YAML 1.2, as the repository's own tools read it: `On`, `No` and `Y` are words and not truths.
    bases = (getattr(yaml, "CSafeLoader", yaml.SafeLoader),)
    loader: Any = type(
        "Loader", bases, {"yaml_implicit_resolvers": _resolvers(bases[0].yaml_implicit_resolvers)}
    )
    loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$", re.IGNORECASE), list("tTfF")
    )

    def read(path: Path) -> Mapping[str, Any]:
        try:
            found = yaml.load(path.read_bytes(), loader)  # noqa: S506  # either is safe
        except (OSError, yaml.YAMLError, ValueError) as error:
            raise ProfileError(f"{path}: {error}") from error
        if not isinstance(found, dict):
            raise ProfileError(f"{path}: expected a table")
        return found

    return read


def _resolvers(known: Mapping[str, list[tuple[str, Any]]]) -> dict[str, list[tuple[str, Any]]]:
    """Return what recognises unquoted scalars, without the truths of YAML 1.1."""
    return {
        first: [(tag, pattern) for tag, pattern in those if not tag.endswith(":bool")]
        for first, those in known.items()
    }


def _tables(thing: object) -> list[Mapping[str, Any]]:
    return [one for one in thing if isinstance(one, dict)] if isinstance(thing, list) else []


def _example(one: Mapping[str, Any]) -> Example | None:
    given = one.get("input")
    if not isinstance(given, dict):
        return None
    try:
        payload = bytes(given.get("bytes") or ())
    except (TypeError, ValueError):
        return None
    port, answer, normal = given.get("fPort"), one.get("output"), one.get("normalizedOutput")
    return Example(
        text=str(one.get("description") or "example"),
        payload=payload,
        port=port if isinstance(port, int) else None,
        answer=answer if isinstance(answer, dict) else None,
        normal=normal if isinstance(normal, dict) else None,
    )
