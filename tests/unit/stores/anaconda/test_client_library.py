"""anaconda-client as a library: loaded late, without its telemetry, and missed in words."""

import subprocess
import sys

import pytest

from conda_sluice.errors import ToolError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import AnacondaOptions
from conda_sluice.stores.anaconda.store import AnacondaStore

NOWHERE = AnacondaOptions(api="http://127.0.0.1:9", channels="http://127.0.0.1:9")
LAB = ChannelRef("lab", "http://127.0.0.1:9/lab", "anaconda://lab")

LOADED = """
import sys
from conda_sluice.stores.anaconda.store import AnacondaStore
from conda_sluice.model.stores import AnacondaOptions
store = AnacondaStore(AnacondaOptions())
early = [one for one in sys.modules if one.startswith("binstar_client")]
store._api
late = [one for one in sys.modules if one.startswith(("opentelemetry", "anaconda_opentelemetry"))]
print(early, late, "binstar_client" in sys.modules)
"""


def test_it_is_loaded_with_the_first_channel_and_brings_no_telemetry():
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] [] True"


def test_without_it_the_remedy_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "binstar_client", None)
    with pytest.raises(ToolError, match=r"pip install 'conda-sluice\[anaconda\]'"):
        AnacondaStore(NOWHERE).subdirs(LAB)
