"""Commands that set policies, review levels and place orders."""
