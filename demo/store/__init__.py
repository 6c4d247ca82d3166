"""What the hub remembers: which plays ended, and how."""
