"""How many coroutines share an event loop: bounded, in turns, or by one computation."""
