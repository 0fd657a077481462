"""The build scripts of an R package."""

from collections.abc import Mapping, Sequence

from conda_sluice.model.facts import CompileFacts, RFacts

_BASH = "#!/usr/bin/env bash\nset -euo pipefail\n\n"
_FIND_HOST = """\
# src/Makevars may not know where conda puts headers and libraries; compilers read these.
export CPATH="$PREFIX/include${CPATH:+:$CPATH}"
export LIBRARY_PATH="$PREFIX/lib${LIBRARY_PATH:+:$LIBRARY_PATH}"
"""
_NEWER_CONFIG = """\
# Bundled libraries get to know the systems of today.
if [ -d "$BUILD_PREFIX/share/gnuconfig" ]; then
  find src -name config.sub -exec cp "$BUILD_PREFIX/share/gnuconfig/config.sub" {} \\;
  find src -name config.guess -exec cp "$BUILD_PREFIX/share/gnuconfig/config.guess" {} \\;
fi
"""
_MADE_CONFIGURE = """\
# The sources bring configure.ac, and not the script that R runs.
autoreconf --force --install
"""
_FAILED = "if errorlevel 1 exit 1\n"


def r_scripts(compiled: CompileFacts, facts: RFacts, *, is_linked: bool) -> Mapping[str, str]:
    """Return the scripts of an R package; what is not compiled is built on Unix for all.

    Texts of licences that R has are copied to where `license_file` lists them.
    """
    makes_configure = facts.lacks_configure and "autoconf" in compiled.tools
    unix = (
        f"{_BASH}# No downloads of libraries on macOS: conda brings them.\n"
        f"export DISABLE_AUTOBREW=1\n{_FIND_HOST if is_linked else ''}"
        f"{_NEWER_CONFIG if 'gnuconfig' in compiled.tools else ''}"
        f"{_MADE_CONFIGURE if makes_configure else ''}"
        '"${R:-R}" CMD INSTALL --build . ${R_ARGS:-}\n'
    )
    windows = f'@echo on\n"%R%" CMD INSTALL --build . %R_ARGS%\n{_FAILED}'
    if facts.license_texts:
        copies = _copy(facts.license_texts)
        unix += f'\n# R has the text of the licence.\n"${{R:-R}}" --vanilla -s -e "{copies}"\n'
        windows += f'"%R%" --vanilla -s -e "{copies}"\n{_FAILED}'
    return {"build.sh": unix, **({"bld.bat": windows} if compiled.languages else {})}


def _copy(names: Sequence[str]) -> str:
    """Return R code that copies texts here, and fails where one is missing."""
    wanted = ", ".join(f"'{name}'" for name in names)
    return f"stopifnot(file.copy(file.path(R.home('share'), 'licenses', c({wanted})), '.'))"
