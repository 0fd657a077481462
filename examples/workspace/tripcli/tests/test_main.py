import sys

import pytest

from tripcli.main import main


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["trips", *map(str, arguments)])
    main()


def test_the_program_prints_the_table(monkeypatch, tmp_path, capsys):
    file = tmp_path / "trip.csv"
    file.write_text("name,latitude,longitude\nBerlin,52.52,13.405\nParis,48.8566,2.3522\n")
    run(monkeypatch, file)
    assert "877.5 km" in capsys.readouterr().out


def test_a_missing_file_is_a_usage_error(monkeypatch, tmp_path, capsys):
    with pytest.raises(SystemExit) as exit_:
        run(monkeypatch, tmp_path / "none.csv")
    assert exit_.value.code == 2
    assert "none.csv" in capsys.readouterr().err
