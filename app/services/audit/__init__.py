"""The audit: recording, keeping and reading what principals did."""
