"""Pages as Chromium shows them: the DOM that came out, and how it lies on a screen of some size."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from html import unescape
from pathlib import Path

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
)

MEASURE = """<pre id="measured"></pre><script>
const scrolls = (one) => one.closest('.scroll') !== null;
const all = [...document.body.querySelectorAll('*')].filter((one) => !scrolls(one));
const wide = all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
const look = getComputedStyle(document.body);
document.getElementById('measured').textContent = JSON.stringify({
  width: innerWidth,
  needed: document.documentElement.scrollWidth,
  wide: wide.map((one) => one.tagName + ': ' + one.textContent.slice(0, 40)),
  paper: look.backgroundColor,
  ink: look.color,
});
</script></body>"""


@dataclass(frozen=True)
class Look:
    """How a page lies in a window: its width, the width that it needs, what sticks out, colours."""

    width: int
    needed: int
    wide: list[str]
    paper: str
    ink: str


def dom_of(url: str, *more: str) -> tuple[str, list[str]]:
    """Return the DOM of a page as HTML, and what the browser had to complain of."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            ["chromium", *FLAGS, f"--user-data-dir={profile}", *more, "--dump-dom", url],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
    return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


def look_of(html: str, folder: Path, *, width: int, is_dark: bool = False) -> Look:
    """Return how a page lies in a window of `width`; in place of its policy it gets a script."""
    page = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("</body>", MEASURE)
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    scheme = f"--blink-settings=preferredColorScheme={0 if is_dark else 1}"
    dom, _ = dom_of(file.as_uri(), f"--window-size={width},900", scheme)
    return Look(**json.loads(unescape(re.search(r'<pre id="measured">(.*?)</pre>', dom)[1])))


def brightness(colour: str) -> float:
    """Return how bright `rgb(r, g, b)` is, from 0 to 1."""
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / (3 * 255)
