"""What members write, opened in a real browser: nothing runs, nothing asks another host, no policy has to step in."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Route

from community.forms import LONGEST_TAG, MOST_TAGS
from tests.security import vectors

pytestmark = pytest.mark.browser

WATCH = """
Object.defineProperty(window, "__pwned", {configurable: false, get() { return undefined },
  set() { console.error("RAN " + new Error().stack) }});
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => console.error("RAN " + name);
document.addEventListener("securitypolicyviolation", event => console.error("POLICY " + event.violatedDirective + " " + event.blockedURI));
"""
TOUCH = """() => {
  for (const type of ["click", "submit", "auxclick"]) document.addEventListener(type, event => event.preventDefault(), true);
  const wrong = [];
  for (const element of document.querySelectorAll("main *")) {
    for (const {name} of element.attributes) if (name.startsWith("on") || name === "style" || name === "srcset") wrong.push(element.outerHTML);
    if (element.tagName === "A" && element.hasAttribute("href") && !["http:", "https:", "mailto:"].includes(element.protocol)) wrong.push(element.outerHTML);
    if (element.src && new URL(element.src).origin !== location.origin) wrong.push(element.outerHTML);
    for (const type of ["mouseover", "mouseenter", "click", "focus", "focusin", "toggle", "error", "load", "pointerdown", "animationend"])
      element.dispatchEvent(new Event(type, {cancelable: true}));
  }
  return wrong.slice(0, 5);
}"""
SOURCE_LETTERS = 40_000
TITLE_LETTERS = 155


class Watched:
    """A window that records what no page may do."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context, self.site = context, site
        self.wrong: list[str] = []
        context.add_init_script(WATCH)
        context.route("**/*", self._ask)
        self.page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.page.on("dialog", self._dismiss)

    def _ask(self, route: Route) -> None:
        if route.request.url.startswith((f"{self.site}/", "data:")):
            route.continue_()
        else:
            self.wrong.append(f"asked {route.request.url}")
            route.abort()

    def _dismiss(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _hear(self, message: ConsoleMessage) -> None:
        text = message.text
        if text.startswith(("RAN ", "POLICY ")) or "Content Security Policy" in text:
            self.wrong.append(text)

    def look(self, address: str = "", *, most: int = 499) -> None:
        """Open ``address``, or stay, and touch everything on the page."""
        if address:
            response = self.page.goto(self.site + address)
            assert response is not None
            assert response.status <= most, (response.status, address)
            policy = response.headers["content-security-policy"]
            assert "unsafe-inline" not in policy
            assert "unsafe-eval" not in policy
            assert response.headers["x-content-type-options"] == "nosniff"
        assert self.page.evaluate(TOUCH) == []
        assert self.wrong == [], address


@pytest.fixture
def watched(site: str, signed_in: Callable[..., BrowserContext]) -> Iterator[Watched]:
    made = Watched(signed_in("practitioner"), site)
    yield made
    made.context.close()


def _one_line(longest: int, *, seed: int, many: int) -> list[str]:
    """Lines of at most ``longest`` letters, each of as many vectors as fit."""
    dice = random.Random(seed)
    short = [one for one in vectors.everything() if len(one) < longest and one.isprintable()]
    lines = []
    for _number in range(many):
        line = ""
        for one in dice.sample(short, 8):
            line += one if len(line) + len(one) <= longest else ""
        lines.append(line)
    return lines


def _tags(many: int) -> list[str]:
    """Lines of five tags each, every tag a vector as long as a tag may be."""
    dice = random.Random(2)
    short = [one for one in vectors.everything() if len(one) <= LONGEST_TAG and one.isprintable() and "," not in one]
    return [", ".join(dice.sample(short, MOST_TAGS)) for _number in range(many)]


def _sources() -> list[str]:
    """All vectors in as few posts as they fit in; what opens a fence comes last, or it would hide the rest."""
    batches = [""]
    for one in sorted(vectors.everything(), key=lambda one: "```" in one):
        if len((batches[-1] + one).encode("utf-8", "replace")) > SOURCE_LETTERS:
            batches.append("")
        batches[-1] += one.encode("utf-8", "replace").decode() + "\n\n"
    return batches


def test_the_watch_sees_what_no_page_may_do(watched: Watched) -> None:
    watched.page.goto(f"{watched.site}/")
    watched.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"https://evil.example/x.png\" onerror=\"window.__pwned=1\">')"
    )
    watched.page.evaluate("window.__pwned = 1; alert(1)")
    watched.page.wait_for_timeout(200)

    heard = " ".join(watched.wrong)
    assert "RAN Error" in heard
    assert "RAN alert" in heard
    assert "POLICY img-src https://evil.example" in heard
    assert "POLICY script-src-attr" in heard


def test_every_vector_in_posts_and_titles_stays_words(watched: Watched) -> None:
    sources = _sources()
    titles = _one_line(TITLE_LETTERS, seed=1, many=len(sources))
    for title, tags, source in zip(titles, _tags(len(sources)), sources, strict=True):
        watched.page.goto(f"{watched.site}/spaces/senco-network/new/")
        watched.page.fill("input[name=title]", title)
        watched.page.fill("textarea[name=source]", source)
        watched.page.fill("input[name=tags]", tags)
        watched.page.get_by_role("button", name="Post it").click()

        watched.page.wait_for_url("**/topics/*/*/", wait_until="domcontentloaded")
        watched.look()
        assert watched.page.title().startswith(title[:20].strip())

    for address in ("/topics/", "/spaces/senco-network/", "/spaces/", "/", "/me/", "/search/?q=script"):
        watched.look(address)


def test_a_profile_full_of_vectors_stays_words(watched: Watched, parts: dict[str, object]) -> None:
    page = watched.page
    fields = ("name", "role", "organisation", "bio")
    page.goto(f"{watched.site}/me/profile/")
    before = {name: page.locator(f"[name={name}]").input_value() for name in fields}
    save = page.locator("form:has([name=bio]) button[type=submit]")
    for name, role, organisation, bio in zip(
        *(_one_line(longest, seed=longest, many=4) for longest in (110, 70, 115, 480)), strict=True
    ):
        page.goto(f"{watched.site}/me/profile/")
        for field, value in zip(fields, (name, role, organisation, bio), strict=True):
            page.locator(f"[name={field}]").fill(value)
        save.click()
        page.wait_for_url("**/me/")
        watched.look()
        for address in ("/me/", "/members/", "/members/?q=script", f"/members/{parts['member']}/", "/topics/", "/"):
            watched.look(address)
    page.goto(f"{watched.site}/me/profile/")
    for field, value in before.items():
        page.locator(f"[name={field}]").fill(value)
    save.click()


def test_the_name_of_a_file_is_never_markup(watched: Watched) -> None:
    for name in (
        '"><img src=x onerror=window.__pwned=1>.png',
        "<script>window.__pwned=1<:script>.svg",
        "..\\..\\x.html",
        "x.png\u202egnp.js",
    ):
        for content in (b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.__pwned=1'/>"):
            watched.page.goto(f"{watched.site}/me/profile/")
            watched.page.set_input_files(
                "input[name=photo_file]", {"name": name, "mimeType": "image/png", "buffer": content}
            )
            watched.page.locator("form:has([name=bio]) button[type=submit]").click()
            watched.look()


@pytest.mark.parametrize("address", ["/search/?q={}", "/topics/?q={}", "/members/?q={}", "/library/?q={}", "/language/?next={}",
                                     "/accounts/login/?next={}", "/nothing-{}/", "/topics/?show={}&tag={}&space={}"])  # fmt: skip
def test_what_stands_in_an_address_is_shown_as_words_or_not_at_all(address: str, watched: Watched) -> None:
    for line in _one_line(180, seed=len(address), many=10):
        watched.look(address.replace("{}", quote(line, safe="")))
