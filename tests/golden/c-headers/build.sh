#!/usr/bin/env bash
set -euo pipefail

mkdir -p "$PREFIX/include"
cp -R "include/trips" "$PREFIX/include/"
cp -R "include/trips.hpp" "$PREFIX/include/"
