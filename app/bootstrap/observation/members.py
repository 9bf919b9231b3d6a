"""The servers of the database, as its driver knows them without asking."""

from pymongo.topology_description import TopologyDescription


def members(topology: TopologyDescription) -> dict[str, int]:
    """Return how many servers of the database are the primary, can be read, or do not answer."""
    found = {"primary": 0, "secondary": 0, "away": 0}
    for server in topology.server_descriptions().values():
        state = "primary" if server.is_writable else "secondary" if server.is_readable else "away"
        found[state] += server.server_type_name != "RSArbiter"
    return found
