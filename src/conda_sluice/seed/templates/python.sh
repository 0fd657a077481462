#!/bin/bash
# Copy a Python out of the machine, and make it at home in $PREFIX.
set -eu -o pipefail

stdlib="$PREFIX/lib/python$HOST_MINOR"
include="$PREFIX/include/python$HOST_MINOR"
mkdir -p "$PREFIX/bin" "$stdlib/site-packages" "$include"

# Links are followed: what they point to is not part of the package. sitecustomize.py and
# EXTERNALLY-MANAGED belong to the machine, the rest is only needed to work on Python itself.
tar -C "$HOST_STDLIB" --dereference --exclude-vcs \
  --exclude=./site-packages --exclude=./dist-packages --exclude=./test --exclude=./idlelib \
  --exclude=./turtledemo --exclude=./sitecustomize.py --exclude=./EXTERNALLY-MANAGED \
  --exclude=./_distutils_system_mod.py --exclude=./unittest/test --exclude=./distutils/tests \
  --exclude=./lib2to3/tests --exclude=./tkinter/test --exclude=./ctypes/test \
  --exclude='__pycache__' --exclude='*.a' --exclude='*.o' \
  --exclude='_test*.so' --exclude='_ctypes_test*.so' --exclude='_xxtest*.so' \
  -cf - . | tar -C "$stdlib" --no-same-owner -xf -
echo "Packages of this environment go here." > "$stdlib/site-packages/README.txt"

cp -L "$HOST_EXECUTABLE" "$PREFIX/bin/python$HOST_MINOR"
ln -s "python$HOST_MINOR" "$PREFIX/bin/python3"
ln -s python3 "$PREFIX/bin/python"

if [ -d "$HOST_INCLUDE" ]; then
  cp -RL "$HOST_INCLUDE/." "$include"
fi
if [ -f "$HOST_MULTIARCH_INCLUDE/pyconfig.h" ]; then
  cp -L "$HOST_MULTIARCH_INCLUDE/pyconfig.h" "$include/pyconfig.h"
fi
if [ -f "$HOST_LIBRARY" ]; then
  library=$(basename "$HOST_LIBRARY")
  cp -L "$HOST_LIBRARY" "$PREFIX/lib/$library"
  ln -s "$library" "$PREFIX/lib/libpython$HOST_MINOR.so"
fi
if [ -f "$HOST_LIBRARY_FOLDER/pkgconfig/python-$HOST_MINOR.pc" ]; then
  mkdir -p "$PREFIX/lib/pkgconfig"
  cp -L "$HOST_LIBRARY_FOLDER/pkgconfig/python-$HOST_MINOR"*.pc "$PREFIX/lib/pkgconfig"
fi
config="$(dirname "$HOST_EXECUTABLE")/python$HOST_MINOR-config"
if [ -f "$config" ]; then
  cp -L "$config" "$PREFIX/bin/"
fi
chmod -R u+w "$PREFIX"

if command -v strip > /dev/null; then
  find "$PREFIX/bin" "$PREFIX/lib" \( -name '*.so*' -o -name "python$HOST_MINOR" \) -type f \
    -exec strip --strip-unneeded {} +
fi

"$HOST_EXECUTABLE" -I -S "$RECIPE_DIR/relocate_python.py" \
  "$PREFIX" "$HOST_PREFIX" "$HOST_MINOR" "$HOST_LIBRARY_FOLDER"
# Without the prefix in them, compiled files can be hard-linked into each environment.
"$HOST_EXECUTABLE" -I -S -m compileall -q -j 2 --invalidation-mode unchecked-hash \
  -s "$PREFIX" -x '/_sysconfigdata|/lib2to3/tests|bad_coding|badsyntax' "$stdlib"
