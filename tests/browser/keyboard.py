"""Somebody who uses the keyboard alone: Tab until a control has the focus, then Enter, Space or an arrow."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Locator, Page

MOST_STOPS = 250
PATIENCE_SECONDS = 1.5
"""A link that slides in when it gets the focus may take a moment."""

_STOP = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return null
  const box = at.getBoundingClientRect(), style = getComputedStyle(at)
  return {
    what: at.outerHTML.slice(0, 160),
    seen: at.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && box.width > 2 && box.height > 2
      && box.right > 0 && box.left < innerWidth && box.bottom + scrollY > 0,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  }
}"""
_HAS_FOCUS = "element => element === document.activeElement"


class Keyboard:
    """What a person without a mouse does on ``page``; every stop on the way has to be something they can see."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, wanted: Locator) -> None:
        """Press Tab until ``wanted`` has the focus, which has to be marked by a ring."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop = self._stop()
            if wanted.evaluate(_HAS_FOCUS):
                assert stop, "nothing has the focus"
                assert stop["ring"], f"no ring around what has the focus: {stop['what']}"
                return
        raise AssertionError(f"the keyboard does not reach {wanted}")

    def press(self, wanted: Locator) -> None:
        """Go to a link or a button, use it, and wait for the page or the place that it leads to."""
        self.tab_to(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, wanted: Locator, words: str) -> None:
        self.tab_to(wanted)
        self.page.keyboard.type(words)

    def choose(self, radio: Locator) -> None:
        """Go to the group of a radio button with Tab, and to the button itself with the arrows."""
        name = radio.get_attribute("name")
        self.tab_to(self.page.locator(f"input[name='{name}']").first)
        self.page.keyboard.press("Space")
        for _step in range(20):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
            self._stop()
        raise AssertionError(f"the arrows do not reach {radio}")

    def _stop(self) -> dict[str, Any] | None:
        """What has the focus now; nothing that cannot be seen ever may."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            stop: dict[str, Any] | None = self.page.evaluate(_STOP)
            if stop is None or stop["seen"]:
                return stop
            assert time.monotonic() < end, f"the focus is on something that nobody sees: {stop['what']}"
            time.sleep(0.05)
