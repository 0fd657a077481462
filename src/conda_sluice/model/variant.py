"""Variants: the values that one recipe is built for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantConfig:
    """Keys with their values in order, keys that go together, and how to pin (conda-build docs).

    `values` is sorted by key; `zip_keys` are groups of keys walked side by side;
    `pin_run_as_build` maps a package name to (min_pin, max_pin).
    """

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    zip_keys: tuple[tuple[str, ...], ...] = ()
    pin_run_as_build: tuple[tuple[str, tuple[str, str]], ...] = field(
        default=(("python", ("x.x", "x.x")), ("r-base", ("x.x", "x.x")))
    )

    def get(self, key: str) -> tuple[str, ...]:
        """Return the values of `key`, none where it is no variant key."""
        return dict(self.values).get(key, ())
