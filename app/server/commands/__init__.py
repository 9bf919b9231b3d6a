"""What commands of `stockpulse` do, from the settings to a sentence that says what was done."""
