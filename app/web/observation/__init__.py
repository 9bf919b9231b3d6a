"""What is seen of requests and of this process: metrics, logs, traces, health."""
