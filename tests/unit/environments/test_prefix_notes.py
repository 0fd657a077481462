"""What py-rattler notes of a package in a prefix is kept without what opened its channel."""

import json

from conda_sluice.environments.install import _scrub_prefix

PLANTED = "pl4nted-s3cret-value"


def note(prefix, name, **said):
    file = prefix / "conda-meta" / f"{name}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def test_urls_in_a_prefix_lose_token_and_password(tmp_path):
    with_token = note(
        tmp_path,
        "a",
        url=f"https://lab/t/{PLANTED}/chan/noarch/a.conda",
        channel=f"https://ci:{PLANTED}@lab/chan",
        files=["bin/a"],
    )
    plain = note(tmp_path, "b", url="https://lab/chan/noarch/b.conda", sha256="00")
    before = plain.read_bytes()
    _scrub_prefix(tmp_path)
    assert json.loads(with_token.read_text()) == {
        "url": "https://lab/chan/noarch/a.conda",
        "channel": "https://lab/chan",
        "files": ["bin/a"],
    }
    assert plain.read_bytes() == before
