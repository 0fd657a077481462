"""Match specs and pins as rattler-build's v1 recipe wants them said."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import Pin, Requirement
from conda_sluice.recipe.requirement_text import bounds, exact, spec_name

_NO_PINS: Mapping[str, str] = MappingProxyType({})


class Expression(str):
    """A Jinja expression of ours, which must not be escaped."""

    __slots__ = ()


def v1_spec(spec: Requirement, pins: Mapping[str, str] = _NO_PINS) -> str:
    """Return a requirement for v1, replaced by the spec that `pins` has for its name."""
    if isinstance(spec, Pin):
        return _pin(spec)
    return exact(pins.get(spec_name(spec), spec))


def _pin(pin: Pin) -> str:
    """Return the pin as v1's expression; a pin whose bounds are all known is a plain spec."""
    if pin.exact:
        return Expression(f"${{{{ {pin.kind}({pin.name!r}, exact=True) }}}}")
    if pin.lower_bound and pin.upper_bound:
        return f"{pin.name} >={pin.lower_bound},<{pin.upper_bound} {pin.build}".rstrip()
    if pin.lower_bound:
        known = bounds(pin.lower_bound, "x" + ".x" * pin.lower_bound.count("."), pin.max_pin)
        if known is not None:
            return f"{pin.name} {known} {pin.build}".rstrip()
    low = _bound(pin.lower_bound or pin.min_pin)
    high = _bound(pin.upper_bound or pin.max_pin)
    build = f", build={pin.build!r}" if pin.build else ""
    return Expression(
        f"${{{{ {pin.kind}({pin.name!r}, lower_bound={low}, upper_bound={high}{build}) }}}}"
    )


def _bound(text: str) -> str:
    if not text:
        return "None"
    if not re.fullmatch(r"[A-Za-z0-9._+!]+", text):
        raise RecipeError(f"{text!r} bounds no version")
    return repr(text)
