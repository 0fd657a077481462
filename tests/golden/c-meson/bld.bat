@echo on
meson setup _build --buildtype=release ^
  --prefix="%LIBRARY_PREFIX%" ^
  --default-library=shared ^
  --wrap-mode=nofallback ^
  -Dtests=false
if errorlevel 1 exit 1
meson compile -C _build
if errorlevel 1 exit 1
meson install -C _build
if errorlevel 1 exit 1
