"""How many packages go to or from a server side by side is what the command line says."""

import pytest

from conda_sluice.cli.app import run
from conda_sluice.model.stores import TRANSFERS
from conda_sluice.wiring import stores
from workspaces import SMALLEST


@pytest.mark.parametrize(("given", "jobs"), [([], TRANSFERS), (["--jobs", "3"], 3), (["-j1"], 1)])
@pytest.mark.parametrize(
    ("argv", "code"), [(["promote"], 0), (["copy", "unstable", "testing", "absent"], 2)]
)
def test_transfers_are_those_of_the_command_line(  # noqa: PLR0917 - pytest passes by keyword
    tmp_path, monkeypatch, argv, code, given, jobs
):
    (tmp_path / "channels.yaml").write_text(SMALLEST)
    (tmp_path / "channels/unstable").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLUICE_CACHE_DIR", str(tmp_path / "cache"))
    asked = []
    opened = stores.Stores

    def open_noted(opener, spool, transfers):
        asked.append((opener.options.jobs, transfers))
        return opened(opener, spool, transfers)

    monkeypatch.setattr(stores, "Stores", open_noted)
    assert run([*argv, *given]) == code
    assert asked == [(jobs, jobs)]
