"""What must be so, whatever was killed or frozen."""
