"""How requests and connections are recorded in the audit."""
