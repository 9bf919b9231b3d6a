"""Commands that acknowledge, snooze and wake alerts."""
