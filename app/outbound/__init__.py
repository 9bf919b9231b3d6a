"""What the application sends to others by itself."""
