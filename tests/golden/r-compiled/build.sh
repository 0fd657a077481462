#!/usr/bin/env bash
set -euo pipefail

# No downloads of libraries on macOS: conda brings them.
export DISABLE_AUTOBREW=1
# src/Makevars may not know where conda puts headers and libraries; compilers read these.
export CPATH="$PREFIX/include${CPATH:+:$CPATH}"
export LIBRARY_PATH="$PREFIX/lib${LIBRARY_PATH:+:$LIBRARY_PATH}"
"${R:-R}" CMD INSTALL --build . ${R_ARGS:-}

# R has the text of the licence.
"${R:-R}" --vanilla -s -e "stopifnot(file.copy(file.path(R.home('share'), 'licenses', c('MIT')), '.'))"
