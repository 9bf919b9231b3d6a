"""What mutations return. Each payload names its operation, or says in `userErrors` why there is none."""
