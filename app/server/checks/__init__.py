"""What is checked of settings and databases before anything is served."""
