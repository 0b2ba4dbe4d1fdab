"""Replays: a published table of many years, lived act by act through the door, and compared with what was published."""
