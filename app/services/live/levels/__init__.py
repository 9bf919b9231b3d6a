"""Feeds of levels: a snapshot, then each change, of each level the newest one."""
