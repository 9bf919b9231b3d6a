"""What each root field does: unpack the input, call a service, wrap the result."""
