from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.pages import PAGES

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390, 320)
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
OPEN_DETAILS = "document.querySelectorAll('details').forEach(d => d.open = true)"
MOTIONLESS = "*, *::before, *::after { transition: none; animation: none }"


def _open(page: Page, site: str, address: str, expected: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    response = page.goto(site + address)
    assert response is not None
    assert response.status == expected
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
    assert [text for text in wrong if expected == 200 or "404" not in text] == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_has_no_barrier_and_no_sideways_scroll(
    name: str, site: str, signed_in: Callable[..., BrowserContext], parts: dict[str, object]
) -> None:
    login, address = PAGES[name]
    found = []

    for width in WIDTHS:
        context = signed_in(login, width=width)
        page = context.new_page()
        _open(page, site, address.format(**parts), 404 if name in {"not found", "wrong code"} else 200)
        page.evaluate(OPEN_DETAILS)
        widest = page.evaluate("document.documentElement.scrollWidth")
        if widest > width:
            found.append(f"{width}: the page is {widest} wide")
        for violation in Axe().run(page, options=RULES).response["violations"]:
            found += [f"{width}: {violation['id']} {node['html'][:160]}" for node in violation["nodes"][:3]]
        context.close()

    assert not found, "\n".join(found)
