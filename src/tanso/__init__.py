"""Tanso (炭素): an engine that runs emissions-trading schemes. See docs/explanation/house.md for the map."""
