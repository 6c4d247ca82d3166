"""What is true about organisations, people, offers and credentials; without time, randomness or IO."""
