#!/bin/bash
# Wrap the machine's pkg-config, and let it see the environment's libraries only.
set -eu
mkdir -p "$PREFIX/bin"
cat > "$PREFIX/bin/pkg-config" <<WRAPPER
#!/bin/sh
folder=$PREFIX
if [ "\${CONDA_BUILD:-0}" = 1 ] && [ -n "\${PREFIX:-}" ]; then
  folder=\$PREFIX
fi
export PKG_CONFIG_LIBDIR="\${PKG_CONFIG_LIBDIR:-\$folder/lib/pkgconfig:\$folder/share/pkgconfig}"
exec "$HOST_PROGRAM" "\$@"
WRAPPER
chmod 0755 "$PREFIX/bin/pkg-config"
