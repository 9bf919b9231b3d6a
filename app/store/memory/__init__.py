"""The store in memory that tests run beside MongoDB, held to the same contract."""
