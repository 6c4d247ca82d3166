"""The government side: a desk that asks, an authority that decides, a register where mandates are spent."""
