import pprint

import pytest

from conda_sluice.seed.templates.relocate_python import main, relocated, relocated_text

DEBIAN_SITE = """\
is_virtual = sys.base_prefix != sys.prefix or hasattr(sys, "real_prefix")
"""


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        ("/opt/py/lib", "/new/lib"),
        (
            "gcc -shared -L/opt/py/lib -Wl,-rpath,/opt/py/lib",
            "gcc -shared -L/new/lib -Wl,-rpath,/new/lib",
        ),
        ("/opt/py", "/new"),
        ("/opt/python/lib", "/opt/python/lib"),
        ("-I/opt/py/include", "-I/new/include"),
    ],
)
def test_a_prefix_of_its_own_is_replaced_everywhere(value, moved):
    assert relocated("LDSHARED", value, "/new", "/opt/py", "/opt/py/lib") == moved


@pytest.mark.parametrize(
    ("key", "value", "moved"),
    [
        ("INSTALL", "/usr/bin/install -c", "/usr/bin/install -c"),
        ("TZPATH", "/usr/share/zoneinfo", "/usr/share/zoneinfo"),
        ("prefix", "/usr", "/new"),
        ("INCLUDEPY", "/usr/include/python3.11", "/new/include/python3.11"),
        ("LIBDIR", "/usr/lib/x86_64-linux-gnu", "/new/lib"),
        ("WHEEL_PKG_DIR", "/usr/share/python-wheels/", ""),
    ],
)
def test_under_usr_only_folders_of_python_are_replaced(key, value, moved):
    assert relocated(key, value, "/new", "/usr", "/usr/lib/x86_64-linux-gnu") == moved


def test_a_pkg_config_file_gets_the_prefix():
    text = "prefix=/usr\nexec_prefix=/usr\nlibdir=/usr/lib/x86_64-linux-gnu\nother=/usr/bin/sh\n"
    assert relocated_text(text, "/new", "/usr", "/usr/lib/x86_64-linux-gnu") == (
        "prefix=/new\nexec_prefix=/new\nlibdir=/new/lib\nother=/usr/bin/sh\n"
    )


def test_a_debian_python_is_told_to_use_site_packages(tmp_path):
    stdlib = tmp_path / "lib/python3.11"
    stdlib.mkdir(parents=True)
    (stdlib / "site.py").write_text(DEBIAN_SITE)
    variables = {"prefix": "/usr", "SIZE": 8}
    (stdlib / "_sysconfigdata__x.py").write_text(f"build_time_vars = {pprint.pformat(variables)}\n")
    main(str(tmp_path), "/usr", "3.11", "/usr/lib/x86_64-linux-gnu")
    assert (stdlib / "site.py").read_text() == "is_virtual = True\n"
    assert "site.addsitedir" in (stdlib / "sitecustomize.py").read_text()
    assert f"'prefix': '{tmp_path}'" in (stdlib / "_sysconfigdata__x.py").read_text()


def test_another_python_gets_no_sitecustomize(tmp_path):
    stdlib = tmp_path / "lib/python3.11"
    stdlib.mkdir(parents=True)
    (stdlib / "site.py").write_text("pass\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3.11-config").write_text("prefix=/opt/py\n")
    main(str(tmp_path), "/opt/py", "3.11", "/opt/py/lib")
    assert not (stdlib / "sitecustomize.py").exists()
    assert (tmp_path / "bin/python3.11-config").read_text() == f"prefix={tmp_path}\n"
