"""C, C++ and Fortran projects: what their build files say."""
