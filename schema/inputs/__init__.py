"""What clients send. Inputs convert to the words of the use cases; the domain decides whether they are right."""
