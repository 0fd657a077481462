# Put the variables back as they were.
for _sluice_name in FC F77 F90 FFLAGS FCFLAGS; do
  eval "if [ -n \"\${_SLUICE_OLD_$_sluice_name+x}\" ]; then export $_sluice_name=\"\$_SLUICE_OLD_$_sluice_name\"; else unset $_sluice_name; fi"
  unset "_SLUICE_OLD_$_sluice_name"
done
unset _sluice_name
