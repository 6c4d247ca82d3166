"""Who may ask the wallet something, and in which words it answers."""
