# Put the variables back as they were.
for _sluice_name in CC GCC CPP AR AS LD NM RANLIB STRIP OBJCOPY OBJDUMP READELF CFLAGS CPPFLAGS \
  LDFLAGS CMAKE_ARGS CMAKE_PREFIX_PATH MESON_ARGS CONDA_TOOLCHAIN_HOST; do
  eval "if [ -n \"\${_SLUICE_OLD_$_sluice_name+x}\" ]; then export $_sluice_name=\"\$_SLUICE_OLD_$_sluice_name\"; else unset $_sluice_name; fi"
  unset "_SLUICE_OLD_$_sluice_name"
done
unset _sluice_name
