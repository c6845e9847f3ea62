"""Marks every test of this folder and gives each some time: engines start, die and come back."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "community" in item.path.parts:
            item.add_marker(pytest.mark.community)
            item.add_marker(pytest.mark.timeout(180))
