#!/usr/bin/env bash
set -euo pipefail

export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig:$PREFIX/share/pkgconfig"
meson setup _build ${MESON_ARGS:---buildtype=release -Dlibdir=lib} \
  --prefix="$PREFIX" \
  --default-library=shared \
  --wrap-mode=nofallback \
  -Dtests=false
meson compile -C _build -j "${CPU_COUNT:-1}"
meson install -C _build --no-rebuild
