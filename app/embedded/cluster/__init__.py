"""A cluster of real processes on this machine: what a large installation has on many machines, to try and to harm.

A MongoDB replica set of three members with passwords and TLS, a Redis master with two replicas and three Sentinels,
several `stockpulse serve`, and a balancer in front of them. Each has a name, by which it is killed, frozen and started.

Rule: all of it ends with this process, whatever ends it, and lies below one folder.
"""

from app.embedded.cluster.cluster import Cluster

__all__ = ["Cluster"]
