"""The rulebook: loads and checks the schemes, answers "value on this day", decides, derives and explains. Pure.

A scheme is a folder of dated YAML with conditions in CEL; no Python here knows one. Start at `load` or `library`.
"""

from tanso.rulebook.book import Rulebook
from tanso.rulebook.calendar import DueItem
from tanso.rulebook.errors import Problem, RulebookError
from tanso.rulebook.library import Library, library
from tanso.rulebook.loading import load

__all__ = ["DueItem", "Library", "Problem", "Rulebook", "RulebookError", "library", "load"]
