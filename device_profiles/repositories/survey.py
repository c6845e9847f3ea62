"""Runs a codec over its repository's examples and finds out which of its fields the catalogue knows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from device_profiles.declared import Constant, Javascript, Spot
from device_profiles.errors import DecodeError
from device_profiles.javascript import Entry, Field, Output, Runner, Script, Steps, leaves, shown
from device_profiles.repositories.meaning import Guess, guess, normal
from device_profiles.repositories.offer import Example, Offer, Said

AT_MS: Final = 1_700_000_000_000
_WORDS: Final = ("unit", "displayName")
"""What stands beside a value, for people."""


class Survey(Struct, frozen=True, kw_only=True):
    """The fields that were recognised, the paths of those that were not, and the table that reads them."""

    guesses: Sequence[Guess]
    unknown: Sequence[str]
    table: Javascript

    def given(self, data: object) -> dict[str, Constant]:
        """Return what an answer's data mean: property -> value.

        Raises:
            DecodeError: a field is not what its guess says.
        """
        gives: dict[str, Constant] = {}
        for one in self.table.field:
            value = Field(one, Spot(path=Path(self.table.file))).value(data)
            if value is not None:
                gives.setdefault(one.property, value)
        return gives


class _Run(Struct, frozen=True, kw_only=True):
    example: Example
    data: object = None
    normal: object = None
    problem: str = ""


def survey(offer: Offer, runner: Runner) -> Survey | str:
    """Return what is known of a codec's fields, or why that is nothing."""
    if not offer.examples:
        return "the repository has no examples, so nothing tells its fields"
    runs = [_run(offer, example, runner) for example in offer.examples]
    if all(run.problem for run in runs) and not any(run.example.answer for run in runs):
        return f"no example can be decoded: {runs[0].problem}"
    plain = _values([run.data for run in runs] + [(run.example.answer or {}).get("data") for run in runs])
    normalized = _values([one for run in runs for one in _listed(run.normal)])
    guesses = _guessed(plain, lambda steps, values: guess(steps, values, _said(offer, plain, steps)))
    better = _guessed(normalized, normal)
    if len(_properties(better)) > len(_properties(guesses)):
        return _survey(offer, better, normalized, normalize=True)
    if not guesses:
        return f"no field is recognised; there are: {', '.join(map(shown, plain)) or 'none'}"[:300]
    return _survey(offer, guesses, plain, normalize=False)


def _answer(offer: Offer, example: Example, runner: Runner, *, normalize: bool) -> Output:
    """Return what the codec itself makes of an example.

    Raises:
        DecodeError: it refuses.
    """
    script = Script(offer.codec)
    given: dict[str, object] = {"bytes": list(example.payload), "recvTime": True, "variables": {}}
    if example.port is not None:
        given["fPort"] = example.port
    answer = runner.run(script, Entry.UPLINK, given, AT_MS)
    return runner.run(script, Entry.NORMALIZE_UPLINK, answer, AT_MS) if normalize else answer


def _run(offer: Offer, example: Example, runner: Runner) -> _Run:
    try:
        data = _answer(offer, example, runner, normalize=False).get("data")
    except DecodeError as error:
        return _Run(example=example, problem=str(error))
    try:
        normalized = _answer(offer, example, runner, normalize=True).get("data")
    except DecodeError:
        normalized = None
    return _Run(example=example, data=data, normal=normalized)


def _values(answers: Sequence[object]) -> dict[Steps, list[object]]:
    found: dict[Steps, list[object]] = {}
    for answer in answers:
        if isinstance(answer, dict):
            for steps, value in leaves(answer):
                found.setdefault(steps, []).append(value)
    return found


def _guessed(
    values: Mapping[Steps, Sequence[object]], by: Callable[[Steps, Sequence[object]], Guess | None]
) -> dict[Steps, Guess]:
    return {steps: found for steps, those in values.items() if (found := by(steps, those))}


def _said(offer: Offer, values: Mapping[Steps, Sequence[object]], steps: Steps) -> Said:
    """Return what is said of a field: by the repository, or by a `unit` beside a `value`."""
    beside = values.get((*steps[:-1], "unit"), ())
    if steps[-1] == "value" and beside and isinstance(beside[0], str):
        return Said(unit=beside[0])
    return offer.fields.get(str(steps[-1]), Said()) if len(steps) == 1 else Said()


def _survey(
    offer: Offer, guesses: Mapping[Steps, Guess], values: Mapping[Steps, object], *, normalize: bool
) -> Survey:
    return Survey(
        guesses=list(guesses.values()),
        unknown=sorted(
            {shown(steps) for steps in values if steps not in guesses and steps[-1] not in _WORDS}
        ),
        table=Javascript(
            field=tuple(one.field for one in guesses.values()), file=offer.codec.name, normalize=normalize
        ),
    )


def _properties(guesses: Mapping[Steps, Guess]) -> set[str]:
    return {one.field.property for one in guesses.values()}


def _listed(thing: object) -> Iterator[object]:
    yield from thing if isinstance(thing, list) else [thing]
