@echo on
cmake -S . -B _build -G Ninja %CMAKE_ARGS% ^
  -DCMAKE_INSTALL_PREFIX="%LIBRARY_PREFIX%" ^
  -DCMAKE_PREFIX_PATH="%LIBRARY_PREFIX%" ^
  -DCMAKE_BUILD_TYPE=Release ^
  -DBUILD_SHARED_LIBS=ON ^
  -DBUILD_TESTING=OFF
if errorlevel 1 exit 1
cmake --build _build
if errorlevel 1 exit 1
cmake --install _build
if errorlevel 1 exit 1
