@echo on
"%R%" CMD INSTALL --build . %R_ARGS%
if errorlevel 1 exit 1
"%R%" --vanilla -s -e "stopifnot(file.copy(file.path(R.home('share'), 'licenses', c('MIT')), '.'))"
if errorlevel 1 exit 1
