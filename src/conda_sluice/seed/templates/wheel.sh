#!/bin/bash
# Unpack a wheel into the prefix.
set -eu
"$HOST_EXECUTABLE" -I -S "$RECIPE_DIR/unpack_wheel.py" "$WHEEL" "$PREFIX" "$HOST_MINOR"
