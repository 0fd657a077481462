#!/usr/bin/env bash
set -euo pipefail

# No downloads of libraries on macOS: conda brings them.
export DISABLE_AUTOBREW=1
"${R:-R}" CMD INSTALL --build . ${R_ARGS:-}

# R has the text of the licence.
"${R:-R}" --vanilla -s -e "stopifnot(file.copy(file.path(R.home('share'), 'licenses', c('MIT')), '.'))"
