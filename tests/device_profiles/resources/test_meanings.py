"""What paths mean agrees with the registry's table and with the catalogue."""

import pytest

from device_profiles.declared import conversion
from device_profiles.protocols.lwm2m import Type, made_path, resource_at
from device_profiles.resources.meanings import MEANINGS
from wire import CATALOGUE, Form, PropertyName

_NUMBERS = {Type.INTEGER, Type.UNSIGNED, Type.FLOAT}
_FORMS = {Form.NUMBER: _NUMBERS, Form.TRUTH: {Type.BOOLEAN}, Form.TEXT: {Type.TEXT, Type.OPAQUE}}


@pytest.mark.parametrize("kind", MEANINGS)
def test_a_meaning_is_one_that_the_resource_can_have(kind: str) -> None:
    name, unit = MEANINGS[kind]
    parts = [int(part) for part in kind.split("/")]
    known = resource_at(parts[0], parts[-1])
    assert known is not None
    wanted = CATALOGUE[PropertyName(name)]
    assert known.type in _FORMS[wanted.form]
    if wanted.form is Form.NUMBER:
        assert conversion(unit or known.unit, wanted.unit) is not None


def test_the_kind_of_a_path_is_how_meanings_are_found() -> None:
    assert MEANINGS[made_path(3431, 4, 1).kind][0] == "parking.occupied"
