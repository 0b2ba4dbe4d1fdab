"""The way to every page, in every state that it may have.

`SCENES` is the list that accessibility and screenshots go through; a test makes sure that no page is missing from it.
A new scene goes to the module of its subject.
"""

from __future__ import annotations

from tests.browser.scenes import (
    administration,
    correspondence,
    custody,
    desk,
    holders,
    public,
    reports,
    signing_in,
)
from tests.browser.scenes.scene import Scene, open_scene
from tests.browser.scenes.state import build

__all__ = ["SCENES", "Scene", "build", "open_scene"]

SCENES = (
    *public.SCENES,
    *signing_in.SCENES,
    *holders.SCENES,
    *correspondence.SCENES,
    *reports.SCENES,
    *custody.SCENES,
    *desk.SCENES,
    *administration.SCENES,
)
