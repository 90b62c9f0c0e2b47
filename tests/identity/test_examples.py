"""The examples in the docstrings of identity are true."""

import doctest
import importlib
import pkgutil

import pytest

from publisher import identity


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(identity.__path__)])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(f"publisher.identity.{name}")).failed == 0
