#!/usr/bin/env bash
set -euo pipefail

cmake -S . -B _build ${CMAKE_ARGS:-} \
  -DCMAKE_INSTALL_PREFIX="$PREFIX" \
  -DCMAKE_PREFIX_PATH="$PREFIX" \
  -DCMAKE_INSTALL_LIBDIR:STRING=lib \
  -DCMAKE_BUILD_TYPE=Release \
  -DBUILD_SHARED_LIBS=ON \
  -DBUILD_TESTING=OFF
cmake --build _build --parallel "${CPU_COUNT:-1}"
cmake --install _build
