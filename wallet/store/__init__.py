"""What the wallet remembers, and what each verb guarantees."""
