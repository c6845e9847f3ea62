"""Identities of every scheme, for Hypothesis."""

from hypothesis import strategies as st

from device_profiles.protocols.epc import Identity, identity
from device_profiles.protocols.epc.characters import ALLOWED, Alphabet
from device_profiles.protocols.epc.schemes import SCHEMES, Part

SCHEME_NAMES = st.sampled_from(sorted(SCHEMES))


def _texts(part: Part, least: int, most: int, without: str) -> st.SearchStrategy[str]:
    if part.alphabet is Alphabet.NUMBER:
        return st.integers(0, part.highest or 10**most - 1).map(str)
    unwanted = without + "#" if part.alphabet is Alphabet.ADI_SERIAL else without
    characters = sorted(ALLOWED[part.alphabet].difference(unwanted))
    return st.text(characters, min_size=least, max_size=most)


@st.composite
def identities(draw: st.DrawFn, names: st.SearchStrategy[str] = SCHEME_NAMES, without: str = "") -> Identity:
    """Return any identity of any of the named schemes, without these characters in its texts."""
    scheme = SCHEMES[draw(names)]
    parts = [draw(_texts(part, part.least, part.most, without)) for part in scheme.parts]
    most = scheme.together or scheme.together_most
    if most is not None:
        company = draw(st.integers(6, 12))
        left = most - company
        parts[0] = draw(_texts(scheme.parts[0], company, company, without))
        parts[1] = draw(_texts(scheme.parts[1], left if scheme.together else 1, left, without))
    if scheme.name == "adi" and not without and draw(st.booleans()):
        parts[2] = "#" + parts[2][:29]
    return identity(scheme.name, tuple(parts))
