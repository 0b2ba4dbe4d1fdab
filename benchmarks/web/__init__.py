"""What the pages cost: a large world, every page alone, and twenty people at once."""
