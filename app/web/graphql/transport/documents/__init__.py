"""Documents: parsed, validated, bounded, priced and prepared once, and kept."""
