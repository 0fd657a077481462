"""Which commands of a CMakeLists.txt run: as far as options with defaults decide it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_OPENS = ("if", "foreach", "while", "function", "macro")
_CLOSES = tuple(f"end{one}" for one in _OPENS)
_TRUE = frozenset({"ON", "YES", "TRUE", "Y", "1"})


def _as_built() -> dict[str, bool]:
    return {"BUILD_SHARED_LIBS": True, "BUILD_TESTING": False}


@dataclass(slots=True)
class Options:
    """Options with their values: what our own build sets (which nothing changes), and defaults."""

    values: dict[str, bool] = field(default_factory=_as_built)

    def read(self, name: str, arguments: Sequence[str]) -> None:
        """Take in an `option`; a variable that is set otherwise is not known any more."""
        match name, arguments:
            case "option", (option, *rest):
                default = rest[1].upper() in _TRUE if len(rest) > 1 else False
                self.values.setdefault(option, default)
            case "set", (option, *_) if option not in _as_built():
                self.values.pop(option, None)
            case _:
                pass

    def truth(self, condition: Sequence[str]) -> bool | None:
        """Return what `if(NAME)` or `if(NOT NAME)` gives, None where that is not known."""
        match condition:
            case (name,):
                return self.values.get(name)
            case ("NOT", name) if name in self.values:
                return not self.values[name]
            case _:
                return None


@dataclass(slots=True)
class Blocks:
    """The blocks around a command: True runs, False does not, None may."""

    options: Options
    stack: list[bool | None] = field(default_factory=list)

    @property
    def are_certain(self) -> bool:
        """Tell whether what stands here surely runs."""
        return all(self.stack)

    @property
    def are_dead(self) -> bool:
        """Tell whether what stands here surely does not run."""
        return False in self.stack

    def read(self, name: str, arguments: Sequence[str]) -> None:
        """Follow a command that opens, turns or closes a block."""
        if name == "if":
            self.stack.append(self.options.truth(arguments))
        elif name in _OPENS:
            self.stack.append(None)
        elif name in _CLOSES:
            del self.stack[-1:]
        elif name == "elseif" and self.stack:
            self.stack[-1] = False if self.stack[-1] else None
        elif name == "else" and self.stack:
            self.stack[-1] = None if self.stack[-1] is None else not self.stack[-1]
