"""Settings written as TOML read back as they were."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from demo.stage.toml import Setting, Table, changed, to_toml

names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))
plain = st.booleans() | st.integers(-(2**62), 2**62) | st.floats(-1e9, 1e9) | texts
values: st.SearchStrategy[Setting] = st.recursive(
    plain | st.lists(plain, max_size=3),
    lambda inner: (
        st.dictionaries(names, inner, max_size=3)
        | st.lists(st.dictionaries(names, inner, max_size=3), min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(names, values, max_size=4))
def test_what_is_written_reads_back(table: Table) -> None:
    assert tomllib.loads(to_toml(table)) == table


def test_changes_reach_into_tables_and_leave_the_rest() -> None:
    table: Table = {"uplink": {"mqtt": {"port": 1883, "host": "a"}, "grace_s": 1.0}, "http": {"port": 1}}
    after = changed(table, {"uplink": {"mqtt": {"port": 9}}, "new": True})
    assert after == {
        "uplink": {"mqtt": {"port": 9, "host": "a"}, "grace_s": 1.0},
        "http": {"port": 1},
        "new": True,
    }
