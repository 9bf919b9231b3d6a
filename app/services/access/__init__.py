"""Use cases around who may do what: keys, users, sign-ins, budgets."""
