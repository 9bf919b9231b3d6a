"""What a batch writes: its statements, and how they are sent."""
