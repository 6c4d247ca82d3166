"""The citizen's web wallet: it collects cards, shows who asks for what, and signs only what was approved."""
