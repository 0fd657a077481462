#!/bin/bash
# Copy one installed R package out of the machine.
set -eu
mkdir -p "$PREFIX/lib/R/library"
cp -RL "$HOST_FOLDER" "$PREFIX/lib/R/library/"
chmod -R u+w "$PREFIX/lib/R/library"
