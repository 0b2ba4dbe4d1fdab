"""Words of the trade as pure types: tonnes, serial ranges, periods, findings, decisions, outcomes.

Nothing here reads a clock, a file or a database, and nothing here knows a scheme.
"""
