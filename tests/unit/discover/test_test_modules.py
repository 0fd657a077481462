import pytest

import projects
from conda_sluice.discover.test_modules import missing_modules, read_test_modules


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        ("from tests.utils import a\n", ("tests.utils",)),
        ("from .utils import a\nfrom .helpers import b\n", ("tests.utils",)),
        ("from . import conftest\nfrom .data.more import b\n", ()),
        ("from tests.helpers import b\nfrom tests.data import more\n", ()),
        ("try:\n    from .utils import a\nexcept ImportError:\n    a = None\n", ()),
        ("from trips.utils import a\n", ()),
        ("from ..utils import a\n", ("utils",)),
        (f"from {'.' * 99}tmp import a\n", ()),
    ],
)
def test_helpers_that_an_archive_left_behind_are_missed(tmp_path, content, missing):
    files = dict.fromkeys(("tests/helpers.cpython-311.so", "tests/data/more.py", "tests/b.txt"), "")
    projects.write_files(tmp_path, files | {"tests/test_a.py": content})
    found = read_test_modules(tmp_path, [tmp_path / "tests"])
    assert missing_modules(tmp_path, found) == missing
