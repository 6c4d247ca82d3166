"""What a citizen agrees to, in our words: mandate, purpose, consent screen, receipt and evidence."""
