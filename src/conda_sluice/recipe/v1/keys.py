"""The keys of a section of an evaluated recipe.yaml; none is ever dropped."""

from collections.abc import Mapping

from conda_sluice.errors import RecipeError


class Keys:
    """The keys of a section; what nobody has taken by the end is an error."""

    def __init__(self, data: Mapping[str, object], name: str, where: str) -> None:
        self._data = dict(data)
        self._name = name
        self.where = where

    def take(self, key: str) -> object:
        """Return what stands at `key`, None where nothing does; it counts as read."""
        return self._data.pop(key, None)

    def drop(self, *keys: str) -> None:
        """Count keys as read that say nothing to the model."""
        for key in keys:
            self._data.pop(key, None)

    def text(self, key: str) -> str:
        """Return a text or number as text, "" where there is none."""
        match self.take(key):
            case None:
                return ""
            case str() | int() | float() as value:
                return str(value)
            case _:
                raise self.refused(key, "must be one text")

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return a truth."""
        match self.take(key):
            case None:
                return default
            case bool() as value:
                return value
            case _:
                raise self.refused(key, "must be true or false")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; one text is a list of one."""
        match self.take(key):
            case None:
                return ()
            case str() as text:
                return (text,)
            case list() as items if all(isinstance(item, str) for item in items):
                return tuple(items)
            case _:
                raise self.refused(key, "must be a list of texts")

    def section(self, key: str) -> "Keys":
        """Return the keys of a section, none where it is not there."""
        match self.take(key):
            case None:
                return Keys({}, key, self.where)
            case dict() as found:
                return Keys(found, key, self.where)
            case _:
                raise self.refused(key, "is not supported in this form")

    def sections(self, key: str) -> tuple["Keys", ...]:
        """Return a list of sections; one is a list of one."""
        match self.take(key):
            case None:
                return ()
            case list() as items if all(isinstance(item, dict) for item in items):
                return tuple(Keys(item, key, self.where) for item in items)
            case dict() as item:
                return (Keys(item, key, self.where),)
            case _:
                raise self.refused(key, "must be a list of sections")

    def rest(self) -> dict[str, object]:
        """Return all that is left; it counts as read."""
        found, self._data = self._data, {}
        return found

    def end(self) -> None:
        """Raise RecipeError where a key is left that nobody has read."""
        for key in self._data:
            raise self.refused(key, "is not supported yet")

    def refused(self, key: str, why: str) -> RecipeError:
        """Return the error for a key."""
        remedy = "take it out, or build this recipe with rattler-build"
        return RecipeError(f"{key!r} in {self._name} {why}", self.where, remedy)
