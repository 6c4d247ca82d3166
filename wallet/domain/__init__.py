"""What is true for an account, a card, an offer, a request and a mandate, without time or IO of its own."""
