"""Use cases of alerts: list, acknowledge, snooze, wake."""
