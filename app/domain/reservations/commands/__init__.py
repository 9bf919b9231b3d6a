"""Commands that set stock aside, move it, fulfil it and give it back."""
