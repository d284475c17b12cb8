"""f2py compiles Fortran, which a browser cannot; SciPy asks for the name."""
