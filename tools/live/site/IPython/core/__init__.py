"""The module that names what is displayed."""
