import base64
import json
from html import escape
from urllib.parse import quote

import pytest

from conda_sluice.effects import scrub as module
from conda_sluice.effects.scrub import bare_url, learn, scrub
from conda_sluice.model.credential import Secret


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setattr(module, "_known", set())
    module._pattern.cache_clear()
    yield
    module._pattern.cache_clear()


ODD = 'pa$$ w"ord/+é<&'


@pytest.mark.parametrize(
    "spelled",
    [
        ODD,
        quote(ODD, safe=""),
        json.dumps(ODD),
        escape(ODD),
        base64.b64encode(ODD.encode()).decode(),
    ],
)
def test_known_secret_is_hidden_however_it_is_spelled(spelled):
    learn([Secret(ODD)])
    text = scrub(f"before {spelled} after")
    assert spelled not in text
    assert text.startswith("before ")
    assert text.endswith(" after")


def test_short_secret_is_hidden_as_a_word_and_not_within_a_hash():
    learn([Secret("123456"), Secret("abc")])
    digest = "ab123456cd" * 6
    assert scrub(f"123456 {digest} abc") == f"*** {digest} abc"


def test_long_secret_is_hidden_within_a_word_too():
    learn([Secret("long-enough-to-be-sure")])
    assert scrub("xlong-enough-to-be-surex") == "x***x"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("https://lab/t/tok/chan/noarch/x.conda", "https://lab/t/***/chan/noarch/x.conda"),
        ("get https://me:pw@lab/chan now", "get https://***@lab/chan now"),
        ('{"url": "https://tok@lab/x", "a": 1}', '{"url": "https://***@lab/x", "a": 1}'),
        ("https://s3/x?X-Amz-Signature=abc&y=1 and", "https://s3/x?*** and"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ('{"X-API-Key": "abc"}', '{"X-API-Key": "abc"}'),
        ("X-API-Key: abc", "X-API-Key: ***"),
        ("git+ssh://git@server/repository.git", "git+ssh://git@server/repository.git"),
        ("https://lab/chan/x.conda#sha256=00", "https://lab/chan/x.conda#sha256=00"),
        ("https://lab/search?q=tokens", "https://lab/search?q=tokens"),
        ("see https://lab/a and mail me@lab", "see https://lab/a and mail me@lab"),
    ],
)
def test_urls_and_headers_lose_what_could_be_a_secret(text, hidden):
    assert scrub(text) == hidden


def test_json_stays_json():
    learn([Secret(ODD)])
    document = {"a": ODD, "b": f"https://u:{ODD}@lab/x", "c": "https://lab/t/x/c?token=1"}
    assert ODD not in json.loads(scrub(json.dumps(document)))["a"]


@pytest.mark.parametrize(
    "url",
    [
        "https://lab/t/tok/chan/noarch/x.conda",
        "https://u:p@lab/chan/noarch/x.conda",
        "https://lab/chan/noarch/x.conda",
    ],
)
def test_url_is_kept_without_what_opens_it(url):
    assert bare_url(url) == "https://lab/chan/noarch/x.conda"
