# Compile with this environment's wrappers; see the script of gcc.
_sluice_lib="@PREFIX@"
if [ "${CONDA_BUILD:-0}" = 1 ] && [ -n "${PREFIX:-}" ]; then
  _sluice_lib="$PREFIX"
fi
for _sluice_name in CXX GXX CXXFLAGS; do
  eval "if [ -n \"\${$_sluice_name+x}\" ]; then export _SLUICE_OLD_$_sluice_name=\"\$$_sluice_name\"; fi"
done
export CXX="@PREFIX@/bin/@TRIPLET@-c++" GXX="@PREFIX@/bin/@TRIPLET@-g++"
export CXXFLAGS="-O2 -pipe -fPIC -fstack-protector-strong -isystem $_sluice_lib/include${SRC_DIR:+ -ffile-prefix-map=$SRC_DIR=.}${CXXFLAGS:+ $CXXFLAGS}"
unset _sluice_lib _sluice_name
