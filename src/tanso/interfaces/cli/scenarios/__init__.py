"""Scenario files: small dated stories that are played through the same door as pages and API.

`words` is the declarative table of verbs and checks, `reader` turns a file into a `model.Scenario` or names every
problem of it, `player` lives it in a database of its own, `checks` asks the rooms what is so, `report` tells the story.
"""
