# Compile with this environment's wrappers; see the script of gcc.
_sluice_lib="@PREFIX@"
if [ "${CONDA_BUILD:-0}" = 1 ] && [ -n "${PREFIX:-}" ]; then
  _sluice_lib="$PREFIX"
fi
for _sluice_name in FC F77 F90 FFLAGS FCFLAGS; do
  eval "if [ -n \"\${$_sluice_name+x}\" ]; then export _SLUICE_OLD_$_sluice_name=\"\$$_sluice_name\"; fi"
done
export FC="@PREFIX@/bin/@TRIPLET@-gfortran" F77="@PREFIX@/bin/@TRIPLET@-gfortran" F90="@PREFIX@/bin/@TRIPLET@-gfortran"
export FFLAGS="-O2 -pipe -fPIC -fstack-protector-strong -isystem $_sluice_lib/include${SRC_DIR:+ -ffile-prefix-map=$SRC_DIR=.}${FFLAGS:+ $FFLAGS}"
export FCFLAGS="$FFLAGS"
unset _sluice_lib _sluice_name
