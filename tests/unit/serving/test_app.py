"""The application: files as they are, pages, and short refusals for all else."""

import os
from pathlib import Path

import pytest

from asgi import ask
from conda_sluice.errors import DamagedError, StoreError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.serving.addresses import addresses_of
from conda_sluice.serving.app import make_app

INDEX = b'{"packages": {}}'
PACKAGE = "trips-1.2.3-h0123456_0.conda"
CONTENT = bytes(range(256)) * 2000
SHARD = f"{'ab' * 32}.msgpack.zst"


class PlainPages:
    """Pages that say which they are, and what was asked."""

    error = None

    def front(self, asked):
        if self.error:
            raise self.error
        return f"front {asked.base} {asked.search!r} {asked.number}"

    def channel(self, name, asked):
        return f"channel {name} {asked.search!r} {asked.number}"

    def package(self, name, asked):
        return None if name == "nobody" else f"package {name} {asked.base}"

    def trouble(self, title, text, up):
        return f"trouble: {title}: {text} ({up})"


@pytest.fixture
def channels(tmp_path):
    folder = tmp_path / "channels"
    for channel in ("unstable", "testing"):
        subdir = folder / channel / "noarch"
        (subdir / "shards").mkdir(parents=True)
        (subdir / "repodata.json").write_bytes(INDEX)
        (subdir / "repodata.json.zst").write_bytes(b"packed")
        (subdir / PACKAGE).write_bytes(CONTENT)
        (subdir / "shards" / SHARD).write_bytes(b"shard")
        (folder / channel / ".sluice").mkdir()
        (folder / channel / ".sluice" / "lock").write_text("")
    (tmp_path / "secret.json").write_text("secret")
    return folder


@pytest.fixture
def pages():
    return PlainPages()


@pytest.fixture
def told():
    return []


@pytest.fixture
def app(channels, pages, told):
    refs = [ChannelRef(name, (channels / name).as_uri()) for name in ("unstable", "testing")]
    folders = {one: channels / one.name for one in refs}
    return make_app(addresses_of(refs, [], folders), pages, told.append)


def test_an_index_is_asked_for_again_each_time(app, channels):
    first = ask(app, "/unstable/noarch/repodata.json")
    assert (first.status, first.body) == (200, INDEX)
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-type"] == "application/json"
    assert "last-modified" not in first.headers
    again = ask(app, "/unstable/noarch/repodata.json", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-length" not in again.headers


def test_an_index_that_was_replaced_within_the_tick_of_a_clock_has_another_etag(app, channels):
    path = channels / "unstable/noarch/repodata.json"
    before, status = ask(app, "/unstable/noarch/repodata.json"), path.stat()
    path.write_bytes(INDEX.replace(b"{}", b"[]"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    after = ask(app, "/unstable/noarch/repodata.json", if_none_match=before.headers["etag"])
    assert (after.status, after.body) == (200, INDEX.replace(b"{}", b"[]"))


def test_an_index_that_was_written_anew_with_the_same_content_keeps_its_etag(app, channels):
    path = channels / "unstable/noarch/repodata.json"
    before = ask(app, "/unstable/noarch/repodata.json")
    path.unlink()
    path.write_bytes(INDEX)
    assert ask(app, "/unstable/noarch/repodata.json").headers["etag"] == before.headers["etag"]


def test_packages_and_shards_may_be_kept_for_ever(app):
    for path in (PACKAGE, f"shards/{SHARD}"):
        reply = ask(app, f"/unstable/noarch/{path}")
        assert reply.status == 200
        assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["etag"] == f'"{"ab" * 32}"'


def test_packed_files_are_not_said_to_be_an_encoding(app):
    reply = ask(app, "/unstable/noarch/repodata.json.zst")
    assert reply.headers["content-type"] == "application/zstd"
    assert "content-encoding" not in reply.headers


def test_a_range_is_sent_as_a_part(app):
    reply = ask(app, f"/unstable/noarch/{PACKAGE}", range="bytes=300-399")
    assert (reply.status, reply.body) == (206, CONTENT[300:400])
    assert reply.headers["content-range"] == f"bytes 300-399/{len(CONTENT)}"
    assert reply.headers["content-length"] == "100"


def test_a_download_goes_on_where_it_stopped_if_the_file_is_the_same(app):
    target = f"/unstable/noarch/{PACKAGE}"
    etag = ask(app, target, "HEAD").headers["etag"]
    rest = ask(app, target, range="bytes=100-", if_range=etag)
    assert (rest.status, rest.body) == (206, CONTENT[100:])
    for other in ('"another"', f"W/{etag}", "Sat, 28 Nov 2026 11:00:00 GMT"):
        whole = ask(app, target, range="bytes=100-", if_range=other)
        assert (whole.status, whole.body) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused_with_the_size(app):
    reply = ask(app, f"/unstable/noarch/{PACKAGE}", range=f"bytes={len(CONTENT)}-")
    assert (reply.status, reply.body) == (416, b"")
    assert reply.headers["content-range"] == f"bytes */{len(CONTENT)}"


def test_a_file_that_is_not_the_one_that_must_match_is_not_sent(app):
    target = f"/unstable/noarch/{PACKAGE}"
    assert ask(app, target, if_match='"another"').status == 412
    assert ask(app, target, if_match="*").status == 200


@pytest.mark.parametrize(
    "target", [f"/unstable/noarch/{PACKAGE}", "/unstable/noarch/repodata.json", "/", "/unstable/"]
)
def test_head_says_what_get_says_and_sends_nothing(app, target):
    head, get = ask(app, target, "HEAD"), ask(app, target)
    assert (head.status, head.headers) == (200, get.headers)
    assert int(head.headers["content-length"]) == len(get.body)


def test_head_of_a_file_sends_no_body(app):
    assert ask(app, f"/unstable/noarch/{PACKAGE}", "HEAD").body == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_changed(app, method):
    reply = ask(app, f"/unstable/noarch/{PACKAGE}", method)
    assert reply.status == 405
    assert set(reply.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert reply.text.startswith("trouble: Only for reading")


@pytest.mark.parametrize(
    "target",
    [
        "/nowhere",
        "/nowhere/noarch/repodata.json",
        "/unstable/noarch",
        "/unstable/noarch/",
        "/unstable//noarch/repodata.json",
        "//unstable/noarch/repodata.json",
        "/unstable/.sluice/lock",
        "/unstable/../unstable/noarch/repodata.json",
        "/unstable/%2e%2e/testing/noarch/repodata.json",
        "/unstable/noarch%2Frepodata.json",
        "/unstable%2Fnoarch/repodata.json",
        "/unstable/..%2f..%2fsecret.json",
        "/unstable/noarch/..%5crepodata.json",
        "/unstable/noarch/repodata.json%00",
        "/unstable/noarch/repodata.json/",
        "/unstable/noarch/%ff",
        "/../secret.json",
        "/-/",
        "/-/package",
        "/-/package/nobody",
        "/-/package/trips/more",
        f"/unstable/noarch/{'x' * 5000}-1-0.conda",
        "http://lab:8000/unstable/noarch/repodata.json",
    ],
)
def test_all_else_is_not_found(app, target):
    reply = ask(app, target)
    assert (reply.status, reply.text[:18]) == (404, "trouble: Not here:")
    assert "secret" not in reply.text


def test_links_lead_to_published_files_of_the_channel_and_nowhere_else(app, channels, tmp_path):
    noarch = channels / "unstable" / "noarch"
    links = {
        "out-1-0.conda": tmp_path / "secret.json",
        "other-1-0.conda": channels / "testing" / "noarch" / PACKAGE,
        "state-1-0.conda": channels / "unstable" / ".sluice" / "lock",
        "circle-1-0.conda": noarch / "circle-1-0.conda",
        "nothing-1-0.conda": noarch / "nothing",
        "folder-1-0.conda": noarch,
        "current_repodata.json": tmp_path / "secret.json",
    }
    for name, goal in links.items():
        (noarch / name).symlink_to(goal)
    assert {ask(app, f"/unstable/noarch/{name}").status for name in links} == {404}
    (noarch / "alias-1-0.conda").symlink_to(noarch / PACKAGE)
    assert ask(app, "/unstable/noarch/alias-1-0.conda").body == CONTENT
    (channels / "unstable" / "linux-64").symlink_to(tmp_path)
    assert ask(app, "/unstable/linux-64/repodata.json").status == 404


def test_a_channel_folder_may_itself_be_a_link(app, channels, tmp_path):
    (channels / "unstable").rename(tmp_path / "moved")
    (channels / "unstable").symlink_to(tmp_path / "moved")
    assert ask(app, "/unstable/noarch/repodata.json").body == INDEX


def test_a_pipe_is_no_file_and_keeps_nobody_waiting(app, channels):
    os.mkfifo(channels / "unstable/noarch/pipe-1-0.conda")
    assert ask(app, "/unstable/noarch/pipe-1-0.conda").status == 404


def test_what_is_opened_is_sent_whole_though_it_is_replaced_meanwhile(channels):
    from conda_sluice.serving.files import open_published

    found = open_published(channels / "unstable", ("noarch", "repodata.json"))
    new = channels / "new"
    new.write_bytes(b"something longer than the index was before")
    new.replace(channels / "unstable/noarch/repodata.json")
    with found.file as file:
        file.seek(0)
        assert file.read() == INDEX
    assert found.size == len(INDEX)


def test_no_file_is_left_open(app, channels):
    def descriptors():
        return len(list(Path("/proc/self/fd").iterdir()))

    target = f"/unstable/noarch/{PACKAGE}"
    ask(app, target)
    before = descriptors()
    for headers in (
        {"range": "bytes=0-1"},
        {"range": "bytes=9999999-"},
        {"if_none_match": "*"},
        {"if_match": '"x"'},
        {},
    ):
        ask(app, target, **headers)
        ask(app, target, "HEAD", **headers)
    assert descriptors() == before


def test_pages_are_told_what_is_asked(app):
    assert ask(app, "/?q=%20trips+cli%20&page=3").text == "front http://lab:8000 'trips cli' 3"
    assert ask(app, "/unstable/?q=%3Cb%3E").text == "channel unstable '<b>' 1"
    assert ask(app, "/-/package/trips").text == "package trips http://lab:8000"


def test_a_channel_without_its_slash_leads_to_its_page(app):
    reply = ask(app, "/unstable?q=x")
    assert (reply.status, reply.headers["location"]) == (307, "unstable/?q=x")


def test_a_page_that_is_the_same_is_not_sent_again(app):
    first = ask(app, "/unstable/")
    assert first.headers["cache-control"] == "no-cache"
    assert ask(app, "/unstable/", if_none_match=first.headers["etag"]).status == 304


def test_pages_allow_nothing_from_elsewhere_and_no_script(app):
    headers = ask(app, "/").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=", "page=" + "9" * 50, "q=" + "x" * 201]
)
def test_a_wrong_question_has_a_short_answer(app, query):
    reply = ask(app, f"/?{query}")
    assert (reply.status, reply.text[:24]) == (400, "trouble: Not understood:")


@pytest.mark.parametrize("host", ["a b", "lab/..", "<script>", "lab:x", "evil@lab", "$(id)"])
def test_a_host_that_is_no_name_is_refused(app, host):
    assert ask(app, "/", host=host).status == 400


@pytest.mark.parametrize("host", ["lab", "lab:80", "10.0.0.1:8000", "[::1]:8000"])
def test_a_page_knows_under_which_name_it_was_asked_for(app, host):
    assert f"http://{host} " in ask(app, "/", host=host).text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DamagedError("is damaged", "/home/ada/channels"), 500),
        (StoreError("cannot be read", "/home/ada/channels"), 503),
    ],
)
def test_trouble_is_told_shortly_to_the_reader_and_whole_to_the_server(
    app, pages, told, error, status
):
    pages.error = error
    reply = ask(app, "/")
    assert reply.status == status
    assert error.what in reply.text
    assert "/home/ada" not in reply.text
    assert told == [error]


def test_a_name_that_is_none_is_the_readers_mistake(app, pages, told):
    pages.error = UsageError("'X!' is no conda package name")
    reply = ask(app, "/")
    assert (reply.status, told) == (400, [])


def test_a_refusal_leads_back_to_the_front_page(app):
    assert ask(app, "/nowhere").text.endswith("(./)")
    assert ask(app, "/-/package/nobody").text.endswith("(../../)")
