"""CMake projects: their build files run as CMake runs them, as far as that is known."""
