"""What the law lets a citizen have, as pure functions over figures kept as data, each explained in steps."""
