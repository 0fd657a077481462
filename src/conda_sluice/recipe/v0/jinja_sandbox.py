"""A Jinja sandbox for recipes of strangers: no files, no clock, undefined names fail, no bombs.

In a recipe's first pass undefined names are empty instead, as in conda-build.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Undefined
    from jinja2.sandbox import SandboxedEnvironment

_MAX_REPEAT = 10_000
_MAX_POWER = 1_000
_MAX_RANGE = 10_000


@cache
def environment(*, is_lenient: bool = False) -> "SandboxedEnvironment":
    """Return the environment that all recipes share; it holds nothing of any of them.

    `is_lenient` takes an undefined name, and whatever is done with it, for nothing.
    """
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.runtime import Context
    from jinja2.sandbox import SandboxedEnvironment

    class Sandbox(SandboxedEnvironment):
        """Refuses arithmetic whose result would not fit."""

        intercepted_binops = frozenset(("*", "**"))

        def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
            sizes = [part for part in (left, right) if isinstance(part, int)]
            if operator == "**" and any(abs(part) > _MAX_POWER for part in sizes):
                raise OverflowError("the power is too large")
            if len(sizes) == 1 and sizes[0] > _MAX_REPEAT:
                raise OverflowError("the text is repeated too often")
            return super().call_binop(context, operator, left, right)

    undefined = _never_failing() if is_lenient else StrictUndefined
    made = Sandbox(undefined=undefined, loader=DictLoader({}), autoescape=False)
    made.globals = {"range": _small_range, "dict": dict}
    return made


def _never_failing() -> "type[Undefined]":
    from jinja2 import Undefined

    def itself(self: "NeverFailing", *_args: object, **_options: object) -> "NeverFailing":
        return self

    class NeverFailing(Undefined):
        """An undefined name of which everything is undefined too."""

        __slots__ = ()

        __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = itself  # type: ignore[assignment]  # jinja2 says that they never return
        __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __sub__ = __rsub__ = itself  # type: ignore[assignment]  # as above
        __pos__ = __neg__ = __call__ = __getitem__ = __pow__ = __rpow__ = itself  # type: ignore[assignment]  # as above
        __lt__ = __le__ = __gt__ = __ge__ = itself  # type: ignore[assignment]  # as above

        def __getattr__(self, name: str) -> "NeverFailing":
            if name.startswith("__"):
                raise AttributeError(name)
            return self

        def __int__(self) -> int:  # type: ignore[override]  # as above
            return 0

        def __float__(self) -> float:  # type: ignore[override]  # as above
            return 0.0

    return NeverFailing


def _small_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _MAX_RANGE:
        raise OverflowError(f"range is longer than {_MAX_RANGE}")
    return numbers
