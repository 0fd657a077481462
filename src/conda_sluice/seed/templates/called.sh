#!/bin/bash
# Call programs of the machine where they lie, beside the data that they read there.
set -eu
mkdir -p "$PREFIX/bin"
for program in $HOST_PROGRAMS; do
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$program" > "$PREFIX/bin/$(basename "$program")"
  chmod 0755 "$PREFIX/bin/$(basename "$program")"
done
