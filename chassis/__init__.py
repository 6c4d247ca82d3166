"""What every service stands on: settings, clock, database, the outbound door, the Flask frame, logs."""
