"""Live changes across processes: published by Redis pub/sub, and handed to subscribers by each process's hub."""
