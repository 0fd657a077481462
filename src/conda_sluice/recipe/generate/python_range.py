"""The Pythons of a noarch recipe: conda-forge's `python_min` convention (CFEP 25).

The lowest Python is a variant key, so that a channel says once what it still supports.
"""

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

from conda_sluice.model.pypi import conda_bound
from conda_sluice.recipe.generate.markers import PYTHONS, minors_of

PYTHON_MIN = "{{ python_min }}"
_LOWER = frozenset((">=", ">"))


def python_min_of(requires_python: SpecifierSet) -> str:
    """Return the expression for `{% set python_min = … %}`.

    The channel's own value counts, unless the project asks for more; where no variants file says
    any, as with conda-build alone, it is conda-forge's. Versions are compared as text, which is
    right for 3.10 to 3.99.
    """
    lowest = f"3.{minors_of(requires_python)[0]}"
    default = f'python_min | default("{lowest}")'
    return default if lowest == f"3.{PYTHONS[0]}" else f'[{default}, "{lowest}"] | max'


def run_python(requires_python: SpecifierSet) -> str:
    """Return the run requirement on Python: from python_min on, with the bounds beyond that."""
    lowest = minors_of(requires_python)[0]
    more = (_beyond(one, lowest) for one in sorted(requires_python, key=str))
    return ",".join((f"python >={PYTHON_MIN}", *(one for one in more if one)))


def _beyond(one: Specifier, lowest: int) -> str:
    """Return what a bound says beside the lowest minor version, in conda's words."""
    if one.operator == "===":
        return conda_bound(SpecifierSet(str(one)))
    release = Version(one.version.removesuffix(".*")).release
    if one.operator == "~=":
        return f"{'.'.join(str(part) for part in release[:-1])}.*"
    is_within_lowest = release[:2] == (3, lowest) and any(release[2:])
    if one.operator in _LOWER and not is_within_lowest:
        return ""
    if one.operator == "!=" and release < (3, lowest):
        return ""
    return conda_bound(SpecifierSet(str(one)))
