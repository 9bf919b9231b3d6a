"""Commands that change levels directly."""
