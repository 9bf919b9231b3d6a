"""What is woven around resolvers."""
