"""The names of the variables that settings are read from."""

PREFIX = "STOCKPULSE_"
FILE_SUFFIX = "_FILE"  # of the variable that names the file of a secret


def variable_of(name: str) -> str:
    """Return the variable of a setting."""
    return f"{PREFIX}{name.upper()}"
