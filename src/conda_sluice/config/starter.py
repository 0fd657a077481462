"""The channels.yaml that `sluice init` writes: commented, and with the projects found."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from conda_sluice.config.projects import is_glob

_PLAIN = re.compile(r"[A-Za-z.][A-Za-z0-9._/-]*")
_HEAD = """\
# The ladder that packages climb here. Every key is explained in the reference page
# "channels.yaml"; `sluice plan` shows what follows from this file and changes nothing.
version: 1

# Where dependencies come from, highest priority first: channels of conda.anaconda.org by
# name, folders such as ./channels/host (which `sluice seed` makes), or https:// URLs.
upstream: [{upstream}]

# Lowest maturity first. A package enters the lowest channel when it is built; into each
# channel above it climbs when it meets the gates that are written there. Instead of a folder,
# `url` may be s3://bucket/unstable, anaconda://owner/label/unstable, or
# quetz+https://server/unstable; beside the last two, say where the history lies:
#   ledger: git+ssh://git@server/repository.git#sluice-ledger
ladder:
  - name: unstable
    url: ./channels/unstable
    # retention: {{keep: 5, days: 30}}  # what `sluice prune` leaves here

  - name: testing
    url: ./channels/testing
    gates:
      - tested       # its tests pass in a fresh environment made from testing itself
      - installable  # it can be installed beside everything that testing holds

  - name: stable
    url: ./channels/stable
    versions: final  # no development versions, no release candidates
    gates:
      - tested
      - installable
      # A release is a tag signed by somebody in this file; until the file exists, nothing
      # enters stable. One line for each person, here with an SSH key:
      #   echo "you@example.org $(cat ~/.ssh/id_ed25519.pub)" >> release-signers
      # Commit it, then tag a later commit: one that changes the signers cannot speak for them.
      - signed-tag: {{allowed-signers: ./release-signers}}

# The source trees: folders, or globs such as libs/*. Settings of its own for one of them:
#   - {{path: apps/trips, tag: "trips-v{{version}}", test: "pytest -q tests"}}
"""
_TAIL = """
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterProject:
    """A project found: its folder relative to channels.yaml, and what it is."""

    path: str
    why: str


def render_starter(
    projects: Sequence[StarterProject], *, upstream: Sequence[str] = ("conda-forge",)
) -> str:
    """Return the text of a channels.yaml for `projects`, taking dependencies from `upstream`."""
    head = _HEAD.format(upstream=", ".join(_quoted(channel) for channel in upstream))
    return head + _projects(projects) + _TAIL


def _projects(projects: Sequence[StarterProject]) -> str:
    if not projects:
        return "projects: []\n"
    lines = [f"  - {_item(p.path)}  # {_comment(p.why)}\n" for p in projects]
    return "".join(["projects:\n", *lines])


def _item(path: str) -> str:
    """Return a project's folder as YAML that nobody takes for a glob, a URL or a home."""
    is_clear = _PLAIN.fullmatch(path) or path.startswith(("/", "."))
    text = _quoted(path if is_clear else f"./{path}")
    return f"{{path: {text}}}" if is_glob(path) else text


def _quoted(text: str) -> str:
    """Return `text` as it is where YAML takes it for text, else in double quotes."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in {"null", "true", "false"}
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
