"""The processes of a server: how they run, log, say what they do and end."""
