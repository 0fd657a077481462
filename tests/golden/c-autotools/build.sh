#!/usr/bin/env bash
set -euo pipefail

# In a copy files may seem newer than what was made of them: nothing is to be made again.
find . -type f -exec touch -r configure {} +
# The project's copy may not know of newer platforms.
if [ -d "$BUILD_PREFIX/share/gnuconfig" ]; then
  cp "$BUILD_PREFIX"/share/gnuconfig/config.* build-aux
fi
export CPPFLAGS="${CPPFLAGS:-} -I$PREFIX/include"
export LDFLAGS="${LDFLAGS:-} -L$PREFIX/lib -Wl,-rpath,$PREFIX/lib"
export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig:$PREFIX/share/pkgconfig"
./configure --prefix="$PREFIX" \
  --disable-static
make -j"${CPU_COUNT:-1}"
make install
# libtool's own files name the folder of this build
find "$PREFIX" -name '*.la' -delete
