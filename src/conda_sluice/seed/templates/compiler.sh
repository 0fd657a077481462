#!/bin/bash
# Make one wrapper for each program, and the scripts that point the usual variables at them.
# A link would not do: conda copies absolute links as files, and gcc alone cannot work.
set -eu
mkdir -p "$PREFIX/bin" "$PREFIX/etc/conda/activate.d" "$PREFIX/etc/conda/deactivate.d"
for pair in $HOST_PROGRAMS; do
  wrapper="$PREFIX/bin/$HOST_TRIPLET-${pair%%=*}"
  printf '#!/bin/sh\nexec "%s" "$@"\n' "${pair#*=}" > "$wrapper"
  chmod 0755 "$wrapper"
done
for kind in activate deactivate; do
  sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@TRIPLET@|$HOST_TRIPLET|g" \
    "$RECIPE_DIR/$HOST_SCRIPT.$kind.sh" > "$PREFIX/etc/conda/$kind.d/$kind-$PKG_NAME.sh"
done
