"""HTTP/1.1 as our uvicorn speaks it: one connection, its bounds, and how it ends."""
