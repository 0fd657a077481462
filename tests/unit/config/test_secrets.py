import pytest

from conda_sluice.config.secrets import holds_secret, redact


@pytest.mark.parametrize(
    "url",
    [
        "https://alice:sesame@example.org/channel",
        "https://sesame@example.org/channel",
        "https://alice:ses/ame@example.org/channel",
        "s3://alice:sesame@bucket/channel",
        "https://example.org/t/sesame/channel",
        "HTTPS://example.org/T/../t/sesame",
    ],
)
def test_a_secret_is_recognised_and_hidden(url):
    assert holds_secret(url)
    assert "ame" not in redact(f"the URL {url!r} is odd").replace("example", "")


def test_what_follows_a_question_mark_is_hidden():
    assert redact("https://example.org/c?token=sesame") == "https://example.org/c?***"


@pytest.mark.parametrize(
    "text", ["https://example.org/conda-forge", "./t/stable", "file:///srv/channels", "a@b"]
)
def test_what_is_no_secret_is_shown(text):
    assert not holds_secret(text)
    assert redact(text) == text
