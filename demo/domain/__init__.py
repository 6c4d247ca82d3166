"""What a scenario, a persona and a finished play are."""
