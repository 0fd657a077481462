#!/bin/bash
# Copy programs out of the machine, with the folder of data that they look for beside them.
set -eu
mkdir -p "$PREFIX/bin"
for program in $HOST_PROGRAMS; do
  cp -L "$program" "$PREFIX/bin/"
done
if [ -n "${HOST_DATA:-}" ]; then
  mkdir -p "$PREFIX/share"
  cp -RL "$HOST_DATA" "$PREFIX/share/"
  rm -rf "$PREFIX/share/$(basename "$HOST_DATA")/Help"
fi
chmod -R u+w "$PREFIX/bin"
