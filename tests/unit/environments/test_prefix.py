import shutil
import threading
from contextlib import suppress
from pathlib import Path

from conda_sluice.environments.prefix import RattlerEnvironment
from conda_sluice.model.completed import Completed


def test_what_still_writes_into_the_scratch_space_fails_no_test(tmp_path):
    is_over = threading.Event()
    folders = []

    def leave_something_running(_argv, *, env, **_):
        folders.append(Path(env["TMPDIR"]))
        started = threading.Event()

        def write():
            while not is_over.is_set():
                folder = folders[0] / "pytest-0"
                with suppress(OSError):  # it is being removed at the same time
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / "log").touch()
                started.set()

        writers.append(threading.Thread(target=write))
        writers[0].start()
        started.wait()
        return Completed(code=0, output="")

    writers = []
    try:
        environment = RattlerEnvironment(tmp_path, _run=leave_something_running)
        assert environment.run("true", cwd=tmp_path, timeout=5).code == 0
    finally:
        is_over.set()
        writers[0].join()
        shutil.rmtree(folders[0].parent, ignore_errors=True)
