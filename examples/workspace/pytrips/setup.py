"""The extension module; everything else is in pyproject.toml."""

from setuptools import Extension, setup

setup(ext_modules=[Extension("pytrips._trips", ["src/pytrips/_trips.c"], libraries=["trips"])])
