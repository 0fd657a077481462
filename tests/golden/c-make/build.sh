#!/usr/bin/env bash
set -euo pipefail

make -j"${CPU_COUNT:-1}" PREFIX="$PREFIX" CC="${CC:-cc}" CXX="${CXX:-c++}"
make install PREFIX="$PREFIX" CC="${CC:-cc}" CXX="${CXX:-c++}"
