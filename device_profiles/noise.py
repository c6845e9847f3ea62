"""Shows a profile noise: nothing but an understanding or a refusal may come of any bytes."""

from collections.abc import Iterator
from random import Random
from typing import Final

from device_profiles.declared.trial import TRIED, TRIED_MS, trial_reading
from device_profiles.errors import DecodeError
from device_profiles.folder import Loaded
from device_profiles.javascript import trying
from device_profiles.quality import golden_of
from device_profiles.reading import Format, Reading
from wire import CATALOGUE, TimeTrust

_TURNS: Final = 300
_SLOW_TURNS: Final = 20


def unforeseen(one: Loaded) -> str:
    """Return what noise brought to light in a profile's codec, nothing if it took everything well."""
    for reading in _noise(one):
        try:
            with trying():
                rows = one.profile.decode(reading)
        except DecodeError:
            continue
        except Exception as error:  # noqa: BLE001  # whatever a codec raises besides is what is looked for
            return f"{_shown(reading)}: {type(error).__name__}: {error}"
        for row in rows:
            if row.property not in CATALOGUE:
                return f"{_shown(reading)}: expected properties of the catalogue, got {row.property!r}"
    return ""


def _noise(one: Loaded) -> Iterator[Reading]:
    """Give random bytes of all lengths, and the golden readings with bytes changed, cut off or added."""
    dice = Random(one.profile.key)
    known = [trial_reading(trial) for trial in (*golden_of(one.folder).values(), *one.document.tests)]
    for turn in range(_SLOW_TURNS if one.profile.slow else _TURNS):
        reading = dice.choice(known)
        payload = bytearray(reading.payload)
        if turn % 2 and payload:
            payload[dice.randrange(len(payload))] = dice.randrange(256)
            del payload[dice.randrange(1, len(payload) + 3) :]
        else:
            payload = bytearray(dice.randbytes(dice.randrange(40)))
        yield Reading(
            device=TRIED,
            payload=bytes(payload),
            received_ms=TRIED_MS,
            trust=TimeTrust.SYNCED,
            port=reading.port if turn % 3 else dice.choice([None, 1, 2, 200]),
            format=reading.format if turn % 5 else dice.choice(list(Format)),
        )


def _shown(reading: Reading) -> str:
    return f"port {reading.port}, {reading.format} {reading.payload.hex()}"
