"""Which principal a request has, by the credential that it carries."""
