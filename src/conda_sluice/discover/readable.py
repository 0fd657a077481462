"""Which files of a source tree are read to find out what it is; of all others the names do.

A wrong guess costs time and nothing else: who reads a file whose content was left in the archive
gets the whole archive, but for files that hold no text.
"""

import re
from pathlib import PurePosixPath

from conda_sluice.discover.reading import MAX_BYTES
from conda_sluice.effects.source_tree import Want

_NO_TEXT = frozenset(
    {
        *(".aac", ".avi", ".bin", ".bmp", ".bz2", ".db", ".dll", ".doc", ".docx", ".dylib", ".eot"),
        *(".eps", ".exe", ".fits", ".flac", ".gif", ".gz", ".h5", ".hdf5", ".ico", ".jar", ".jp2"),
        *(".jpeg", ".jpg", ".lib", ".mo", ".mov", ".mp3", ".mp4", ".nc", ".node", ".npy", ".npz"),
        *(".o", ".ogg", ".otf", ".parquet", ".pcap", ".pdf", ".pkl", ".png", ".pptx", ".pub"),
        *(".rda", ".rdata", ".rds", ".shp", ".sqlite", ".svg", ".tar", ".tgz", ".tif", ".tiff"),
        *(".ttc", ".ttf", ".wasm", ".wav", ".webm", ".webp", ".whl", ".woff", ".woff2", ".xls"),
        *(".xlsx", ".xz", ".zip", ".zst"),
    }
)
_BUILD_FILES = frozenset(
    {
        *(".ac", ".am", ".build", ".cfg", ".cmake", ".cmakein", ".in", ".ini", ".m4", ".mk"),
        *(".lock", ".options", ".pc", ".pxd", ".pyx", ".toml", ".version"),
    }
)
_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".h++", ".ipp", ".inl"})
_SOURCES = frozenset({".c", ".cc", ".cpp"})
_SPEAKING = re.compile(
    r"authors|autogen|build|copy|eupl|gpl[-_.\d]|install|legal|licen[cs]e|notice|readme|require"
    r"|version|cmakelists",
    re.IGNORECASE,
)
_TOP = 2
"""Parts of a path at the top of a project, in an archive with one folder around it."""
_DEEPEST_HEADER = 5
_USUAL = 64_000


def wants(path: PurePosixPath, size: int) -> Want:
    """Tell what discovery wants of a file in an archive."""
    suffix, depth = path.suffix.lower(), len(path.parts)
    if suffix in _NO_TEXT and depth > 1 and not _SPEAKING.search(path.name):
        return Want.NOTHING
    if size > MAX_BYTES:
        return Want.NAME
    return Want.WHOLE if _is_read(path, suffix, depth, size) else Want.NAME


def _is_read(path: PurePosixPath, suffix: str, depth: int, size: int) -> bool:
    if suffix in _BUILD_FILES or suffix == ".py" or not suffix or _SPEAKING.search(path.name):
        return True
    if suffix in _HEADERS:
        return depth <= _DEEPEST_HEADER
    if suffix == ".r":
        return depth > _TOP + 1 or path.parent.name != "R"
    if path.parent.suffix == ".egg-info":
        return True
    return depth <= _TOP and (suffix in _SOURCES or size < _USUAL)
