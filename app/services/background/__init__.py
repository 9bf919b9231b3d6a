"""What runs in the background of a process: its base, its heartbeat and its supervisor."""
