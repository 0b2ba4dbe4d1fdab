"""How a person works a page: with a mouse, or with nothing but a keyboard. Both do the same five things."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator

# More than any page of ours has to step through, from its beginning to its end.
_MOST_STEPS = 400


class Hands(Protocol):
    """What a person does with a page, one control at a time."""

    def press(self, control: Locator) -> None:
        """Follow a link, or press a button."""

    def write(self, field: Locator, text: str) -> None:
        """Put a text into a field, in place of what is there."""

    def choose(self, field: Locator, value: str) -> None:
        """Choose one line of a list."""

    def tick(self, control: Locator) -> None:
        """Choose a radio button, or tick a box."""

    def hand_in(self, field: Locator, name: str, content: bytes) -> None:
        """Choose a file."""


class Mouse:
    """Points at what it means."""

    def press(self, control: Locator) -> None:
        if control.locator("> .visually-hidden:first-child").count() == 0:
            control.click()
            return
        # Words that are only spoken come first: point at those that are drawn, as a person does.
        control.scroll_into_view_if_needed()
        x, y = control.evaluate(
            """e => {
                const area = box => box.width * box.height;
                const box = [...e.getClientRects()].sort((a, b) => area(b) - area(a))[0];
                return [box.left + box.width / 2, box.top + box.height / 2];
            }"""
        )
        control.page.mouse.click(x, y)

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def tick(self, control: Locator) -> None:
        control.check()

    def hand_in(self, field: Locator, name: str, content: bytes) -> None:
        field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


class Keyboard:
    """Has Tab, Enter, the space bar, arrows and letters, and no mouse. Where it stands must be seen."""

    def __init__(self) -> None:
        # What was reached, and how many times Tab was pressed for it.
        self.reached = 0
        self.steps = 0

    def press(self, control: Locator) -> None:
        self._reach(control)
        control.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        keyboard = field.page.keyboard
        if field.get_attribute("type") == "date":
            # A date has a place for each part; how they follow one another is the browser's language's.
            field.fill(text)
            return
        keyboard.press("ControlOrMeta+a")
        keyboard.press("Delete")
        keyboard.insert_text(text)

    def choose(self, field: Locator, value: str) -> None:
        self._reach(field)
        field.page.keyboard.press("Home")
        values = field.locator("option").evaluate_all("all => all.map(option => option.value)")
        for _ in range(values.index(value) - values.index(field.input_value())):
            field.page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def tick(self, control: Locator) -> None:
        keyboard = control.page.keyboard
        name = control.get_attribute("name")
        self._reach(control, f"e === document.activeElement || document.activeElement.name === '{name}'")
        for _ in range(20):
            if control.evaluate("e => e === document.activeElement"):
                break
            keyboard.press("ArrowDown")
        if not control.is_checked():
            keyboard.press("Space")
        assert control.is_checked()

    def hand_in(self, field: Locator, name: str, content: bytes) -> None:
        # The window in which one chooses a file is the browser's own.
        self._reach(field)
        field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})

    def _reach(self, control: Locator, is_there: str = "e === document.activeElement") -> None:
        """Press Tab until the control has the focus; from the top of a page by the link that skips to its content."""
        keyboard = control.page.keyboard
        looks = f"""e => {{
            if ({is_there}) return 'there';
            return document.activeElement.matches('.skip-link') && e.closest('main') ? 'skip' : 'on';
        }}"""
        for _ in range(_MOST_STEPS):
            where = control.evaluate(looks)
            if where == "there":
                self.reached += 1
                _assert_seen(control)
                return
            keyboard.press("Enter" if where == "skip" else "Tab")
            self.steps += 1
        raise AssertionError(f"no Tab leads to {control} on {control.page.url}")


def _assert_seen(control: Locator) -> None:
    """The control with the focus is drawn apart and lies within the window, not below something else."""
    problem = control.evaluate(
        """() => {
            const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
            if (!e.matches(':focus-visible')) return 'is not shown as focused';
            const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            if (!ring && style.boxShadow === 'none') return 'has no ring';
            if (box.width < 1 || box.height < 1) return 'has no size';
            if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth)
                return 'is outside of the window';
            const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
            const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
            const seen = document.elementFromPoint(x, y);
            const covered = seen && seen !== e && !e.contains(seen) && !seen.contains(e) && !e.labels?.length;
            return covered ? 'is covered by ' + seen.outerHTML.slice(0, 80) : '';
        }"""
    )
    assert not problem, f"{control} on {control.page.url} {problem}"
