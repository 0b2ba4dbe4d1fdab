"""Applications for registration: from the draft that anybody may write to the participants that come of it.

What is applied for are data of persons: they are in tables of their own, and acts name a number and a hash.
"""
