"""How fast the cryptographic path and the services are, as ratios measured side by side in one run."""
