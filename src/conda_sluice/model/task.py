"""Tasks: a function with the time that it may take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Timed(Generic[Parameters, Result]):
    """A function that may take `seconds`, for an executor that can end what takes longer.

    `executor.submit(Timed(build, 600), job)`: other executors simply call it.
    """

    function: Callable[Parameters, Result]
    seconds: float

    def __call__(self, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        """Call the function."""
        return self.function(*args, **kwargs)
