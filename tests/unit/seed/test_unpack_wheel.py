import os

import pytest

from conda_sluice.seed.templates.unpack_wheel import main
from seeding import write_wheel


def test_modules_commands_and_data_go_where_they_belong(tmp_path):
    files = {
        "trips.py": b"ANSWER = 42\n",
        "trips-1.2.data/scripts/go": b"#!python\nprint()\n",
        "trips-1.2.data/data/share/trips.txt": b"x",
        "trips-1.2.data/platlib/_trips.so": b"so",
    }
    points = "[console_scripts]\nTrip = trips.main:App.run [cli]\n"
    wheel = write_wheel(tmp_path, files=files, entry_points=points)
    prefix = tmp_path / "env"
    main(str(wheel), str(prefix), "3.11")
    packages = prefix / "lib/python3.11/site-packages"
    assert (packages / "trips.py").is_file()
    assert (packages / "_trips.so").is_file()
    assert (prefix / "share/trips.txt").read_text() == "x"
    assert (prefix / "bin/go").read_text() == f"#!{prefix}/bin/python\nprint()\n"
    command = (prefix / "bin/Trip").read_text()
    assert command.startswith(f"#!{prefix}/bin/python\n")
    assert "from trips.main import App" in command
    assert "sys.exit(App.run())" in command
    assert os.access(prefix / "bin/Trip", os.X_OK)


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "trips-1.2.data/data/../../evil"])
def test_nothing_is_written_outside_of_the_prefix(tmp_path, name):
    wheel = write_wheel(tmp_path, files={name: b"x"})
    with pytest.raises(SystemExit, match="outside"):
        main(str(wheel), str(tmp_path / "env"), "3.11")
    assert not list(tmp_path.rglob("evil*"))


def test_a_command_cannot_be_a_path(tmp_path):
    wheel = write_wheel(tmp_path, entry_points="[console_scripts]\n../evil = trips:main\n")
    with pytest.raises(SystemExit, match="no name of a command"):
        main(str(wheel), str(tmp_path / "env"), "3.11")
