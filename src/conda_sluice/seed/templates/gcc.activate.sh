# Compile with this environment's wrappers. While a package is built, headers and libraries come
# from $PREFIX, which is another environment than the one that the compilers are in.
_sluice_lib="@PREFIX@"
if [ "${CONDA_BUILD:-0}" = 1 ] && [ -n "${PREFIX:-}" ]; then
  _sluice_lib="$PREFIX"
  export HOST="@TRIPLET@" BUILD="@TRIPLET@"
fi
for _sluice_name in CC GCC CPP AR AS LD NM RANLIB STRIP OBJCOPY OBJDUMP READELF CFLAGS CPPFLAGS \
  LDFLAGS CMAKE_ARGS CMAKE_PREFIX_PATH MESON_ARGS CONDA_TOOLCHAIN_HOST; do
  eval "if [ -n \"\${$_sluice_name+x}\" ]; then export _SLUICE_OLD_$_sluice_name=\"\$$_sluice_name\"; fi"
done
export CC="@PREFIX@/bin/@TRIPLET@-cc" GCC="@PREFIX@/bin/@TRIPLET@-gcc" CPP="@PREFIX@/bin/@TRIPLET@-cpp"
export AR="@PREFIX@/bin/@TRIPLET@-ar"
export AS="@PREFIX@/bin/@TRIPLET@-as"
export LD="@PREFIX@/bin/@TRIPLET@-ld"
export NM="@PREFIX@/bin/@TRIPLET@-nm"
export RANLIB="@PREFIX@/bin/@TRIPLET@-ranlib"
export STRIP="@PREFIX@/bin/@TRIPLET@-strip"
export OBJCOPY="@PREFIX@/bin/@TRIPLET@-objcopy"
export OBJDUMP="@PREFIX@/bin/@TRIPLET@-objdump"
export READELF="@PREFIX@/bin/@TRIPLET@-readelf"
export CONDA_TOOLCHAIN_HOST="@TRIPLET@"
export CFLAGS="-O2 -pipe -fPIC -fstack-protector-strong -isystem $_sluice_lib/include${SRC_DIR:+ -ffile-prefix-map=$SRC_DIR=.}${CFLAGS:+ $CFLAGS}"
# Python's own flags do not count where CFLAGS is set, so that -DNDEBUG is said here.
export CPPFLAGS="-DNDEBUG -isystem $_sluice_lib/include${CPPFLAGS:+ $CPPFLAGS}"
export LDFLAGS="-Wl,-z,relro -Wl,--as-needed -Wl,--disable-new-dtags -Wl,-rpath,$_sluice_lib/lib -Wl,-rpath-link,$_sluice_lib/lib -L$_sluice_lib/lib${LDFLAGS:+ $LDFLAGS}"
export CMAKE_PREFIX_PATH="$_sluice_lib${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
export CMAKE_ARGS="-DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=$_sluice_lib -DCMAKE_INSTALL_LIBDIR=lib"
export MESON_ARGS="--buildtype=release --prefix=$_sluice_lib -Dlibdir=lib"
unset _sluice_lib _sluice_name
