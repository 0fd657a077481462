import pytest

import projects
from conda_sluice.discover.python.metadata import PythonMetadata
from conda_sluice.discover.python.undeclared import find_undeclared, programs_of_extras


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"trips/__init__.py": "import packaging.tags\n"}, (("packaging", "trips/__init__.py"),)),
        (
            {
                "src/trips/__init__.py": "from . import core\nfrom trips.maps.tiles import a\n",
                "src/trips/core.py": "from yaml import load\nimport os, sys\n",
                "src/trips/maps/__init__.py": "from ..core import load\nfrom .globe import a\n",
                "src/trips/maps/tiles.py": "import trips\n",
                "src/trips/maps/globe.py": "import numpy\n",
            },
            (("pyyaml", "src/trips/core.py"), ("numpy", "src/trips/maps/globe.py")),
        ),
        ({"trips.py": "import cython\nfrom distutils import log\nfrom __future__ import a\n"}, ()),
        ({"trips.py": "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n"}, ()),
        ({"trips.py": "def late():\n    import numpy\n"}, ()),
        ({"trips/__init__.py": "import helper\n", "helper.py": "", "other.py": "import six\n"}, ()),
        ({"trips/__init__.py": "", "trips/never.py": "import numpy\n"}, ()),
        ({"trips.py": "print 'Python 2'\n"}, ()),
        ({"trips.py": "import _trips\n"}, ()),
        ({"trips.py": "import cgi\nimport telnetlib\n"}, ()),
    ],
)
def test_what_is_imported_at_once_is_found(tmp_path, files, found):
    projects.write_files(tmp_path, files)
    assert find_undeclared(tmp_path, ("trips",)) == found


TRIED = "try:\n    from aiohttp import web\nexcept ImportError:\n    "


@pytest.mark.parametrize(
    ("server", "extra"),
    [
        (f"{TRIED}raise SystemExit('no')\n", "server"),
        (f"import sys\n{TRIED}print('no')\n    sys.exit(1)\n", "server"),
        (f"{TRIED}web = None\n", ""),
        ("from .web import web\n", "server"),
        ("import rich\n", ""),
    ],
)
def test_a_program_whose_module_cannot_do_without_an_extra_is_found(tmp_path, server, extra):
    files = {"trips/__init__.py": "", "trips/server.py": server, "trips/web.py": "import aiohttp\n"}
    metadata = PythonMetadata(
        scripts=("trips = trips:main", "serve = trips.server:main"),
        dependencies=("rich",),
        extras=(("all", ("rich", "aiohttp", "uvloop")), ("server", ("aiohttp >=3", "rich"))),
    )
    projects.write_files(tmp_path, files)
    found = programs_of_extras(tmp_path, ("trips",), metadata)
    assert found == ((("serve", extra),) if extra else ())
