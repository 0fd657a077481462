"""A channel made out of this machine: its Python, R and compilers, and the wheels a plan needs.

Host packages use the shared libraries of the operating system, which are not packed: they run
only on the release that they were made on. No virtual package can say that, so their build
strings carry a digest of the host and their descriptions say it in words.
"""
