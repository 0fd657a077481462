"""Claims as objects in a bucket: S3 lists what was written, and its clock tells how old it is."""

import warnings
from collections.abc import Mapping, Sequence

from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.refusals import SupersededError, UnsupportedError
from conda_sluice.errors import AnswerError, StoreWarning

_PASSING = {409, 429}
_BROKEN = 500


class ObjectBoard:
    """Implements `Board` for a place in a bucket."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    @property
    def where(self) -> str:
        """Return the URL of the place, for errors."""
        return self._objects.url

    def ages(self, folder: str) -> Mapping[str, float]:
        """Return how many seconds ago each object below a folder was written, by its name."""
        return {one.path: one.age for one in self._objects.list(f"{folder}/")}

    def write(self, name: str, data: bytes) -> None:
        """Write an object, or write it anew."""
        self._objects.write(name, data)

    def drop(self, names: Sequence[str]) -> None:
        """Remove objects; what is gone already is no error."""
        for name in names:
            self._objects.delete(name)


def learn_conditions(objects: Objects, path: str) -> None:
    """Try whether the server refuses writes whose condition does not hold, once per bucket.

    `path` is an object of which only its being there matters; it is written at most once. Raise
    StoreError where the server gives no answer from which that can be learnt.
    """
    known = objects.server.honours_conditions
    if objects.bucket in known:
        return
    known[objects.bucket] = _refuses(objects, path, {"IfNoneMatch": "*"}) and _refuses(
        objects, path, {"IfMatch": f'"{"0" * 32}"'}
    )
    if not known[objects.bucket]:
        warnings.warn(
            f"the server of s3://{objects.bucket} ignores conditional writes: sluice's own lock"
            " keeps its writers apart, and nothing keeps out other programs; let none write there",
            StoreWarning,
            stacklevel=2,
        )


def _refuses(objects: Objects, path: str, condition: Mapping[str, str]) -> bool:
    try:
        objects.write(path, b"{}", **condition)
    except SupersededError:
        return True
    except UnsupportedError:
        return False
    except AnswerError as error:
        if error.status in _PASSING or error.status >= _BROKEN:
            raise  # this says nothing of conditions, and a wrong guess could lose what others write
        return False  # whoever writes without a condition is told the same, if it was no condition
    return False
