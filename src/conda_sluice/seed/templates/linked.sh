#!/bin/bash
# Lead the linker to a library of the machine: its plain name comes with a development package only.
set -eu
mkdir -p "$PREFIX/lib"
echo "INPUT($HOST_LIBRARY)" > "$PREFIX/lib/$HOST_NAME.so"
