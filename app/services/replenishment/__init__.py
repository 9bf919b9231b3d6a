"""Use cases of replenishment: policies, the review of levels, and the orders that follow."""
