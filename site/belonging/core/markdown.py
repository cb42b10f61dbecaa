"""Members' Markdown made into HTML that is *not* safe yet; core.html cleans it. Bounded: 50 kB of anything takes about a second.

CommonMark leaves three doors open to a short text that becomes an enormous page: rows of a table that are filled up, long
links behind many references, and backtracking in the search for bare links. Each has its limit here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bleach.linkifier import Linker
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.rules_block import table as table_of_markdown
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

DEEPEST = 20
"""Levels of quotes (one each) and lists (two each) inside each other; the signs of deeper ones are shown as text."""

MOST_CELLS = 5_000
"""Cells in all tables of one text together, those that are filled up included."""

MOST_REFERENCED_LETTERS = 200_000
"""Letters that the references of one text may unfold to."""

LONGEST_ADDRESS = 2_000

# Possessive, so that no address is tried twice; bleach's own pattern needs minutes for 50,000 opening brackets.
_ADDRESS = re.compile(
    rf"(?<![\w@./:-])(?:https?://|www\.)[^\s<>\"`{{}}|\\^]{{1,{LONGEST_ADDRESS}}}+(?![^\s<>\"`{{}}|\\^])", re.IGNORECASE
)
_linker = Linker(callbacks=[], parse_email=False, url_re=_ADDRESS)


# Not within a word, an e-mail address or a path; "@sam@elsewhere" is somebody on another site.
_MENTION = re.compile(r"(?<![\w@/.+-])@([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(?!-?[\w@])")

AddressesOf = Callable[[list[str]], Mapping[str, str]]
"""Given handles in the order in which a text names them, each once: the address of each that is somebody's."""


def render(source: str, *, addresses_of: AddressesOf | None = None) -> str:
    """HTML of any Markdown: raw HTML is shown as text, bare web addresses are links, headings start at h3.

    With ``addresses_of``, which is asked once and only where somebody is named, ``@handle`` is a link where it is
    ordinary text: not in code, in a link or in an address.
    """
    made: str = _markdown.render(source, {"addresses_of": addresses_of})
    return made


def named(source: str) -> list[str]:
    """The handles that ``render`` would ask for."""
    found: list[str] = []
    if "@" in source:

        def note(handles: list[str]) -> Mapping[str, str]:
            found.extend(handles)
            return {}

        _markdown.parse(source, {"addresses_of": note})
    return found


Rule = Callable[[StateBlock, int, int, bool], bool]


def _not_too_deep(rule: Rule) -> Rule:
    """Markdown's own rule while there is depth left: past its limit the parser would leave out what was written."""

    def bounded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < DEEPEST - 3 and rule(state, start, end, silent)

    return bounded


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Markdown's own rule, which sees no more rows than there are cells left. What is cut off stays as text."""
    if start + 1 >= end:
        return False
    columns = max(1, state.src.count("|", state.bMarks[start], state.eMarks[start]))
    left = MOST_CELLS - int(state.env.get("cells", 0))
    rows = left // columns - 1
    if rows < 0:
        return False
    if not table_of_markdown(state, start, min(end, start + 2 + rows), silent):
        return False
    if not silent:
        state.env["cells"] = int(state.env.get("cells", 0)) + columns * max(1, state.line - start - 1)
    return True


def _bound_references(state: StateCore) -> None:
    """References that could unfold to too much are no references; then their brackets are shown as they were typed."""
    references = state.env.get("references", {})
    longest = max((len(each["href"]) + len(each["title"]) for each in references.values()), default=0)
    if longest * state.src.count("[") > MOST_REFERENCED_LETTERS:
        references.clear()


def _link_mentions(state: StateCore) -> None:
    """Runs before escaped signs become text again, so that ``\\@handle`` names nobody."""
    addresses_of: AddressesOf | None = state.env.get("addresses_of")
    if addresses_of is None or "@" not in state.src:
        return
    blocks = [block for block in state.tokens if block.children]
    found = [_mentions_in(block.children or []) for block in blocks]
    handles = dict.fromkeys(match[1] for block in found for matches in block.values() for match in matches)
    addresses = addresses_of(list(handles)) if handles else {}
    if addresses:
        for block, places in zip(blocks, found, strict=True):
            block.children = _with_links(block.children or [], places, addresses)


def _mentions_in(children: list[Token]) -> dict[int, list[re.Match[str]]]:
    """For each text of a paragraph that names somebody its place among the parts, and where the names stand.

    Each match is made on the text with the one letter before it, which may belong to another part.
    """
    found: dict[int, list[re.Match[str]]] = {}
    inside, before = 0, "\n"
    for place, token in enumerate(children):
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside and "@" in token.content:
            text = before + token.content
            addresses = [match.span() for match in _ADDRESS.finditer(text)]
            matches = [
                match
                for match in _MENTION.finditer(text)
                if not any(start <= match.start() < end for start, end in addresses)
            ]
            if matches:
                found[place] = matches
        if token.type in {"softbreak", "hardbreak"}:
            before = "\n"
        elif token.content:
            before = token.content[-1]
    return found


def _with_links(
    children: list[Token], places: Mapping[int, list[re.Match[str]]], addresses: Mapping[str, str]
) -> list[Token]:
    made: list[Token] = []
    for place, token in enumerate(children):
        done = 0
        for match in places.get(place, ()):
            address = addresses.get(match[1])
            if address:
                start, end = match.start() - 1, match.end() - 1
                made += [
                    Token("text", "", 0, content=token.content[done:start]),
                    Token("link_open", "a", 1, attrs={"href": address}),
                    Token("text", "", 0, content=token.content[start:end]),
                    Token("link_close", "a", -1),
                ]
                done = end
        if done:
            token.content = token.content[done:]
        made.append(token)
    return made


def _find_addresses(state: StateCore) -> None:
    """Marks the text outside links in which an address stands bare."""
    for block in state.tokens:
        inside = 0
        for token in block.children or ():
            inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "text" and not inside and ("://" in token.content or "www." in token.content.lower()):
                token.type = "text_with_addresses"


def _linked(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    made: str = _linker.linkify(escapeHtml(tokens[index].content))
    return made


def _heading(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    """h1 and h2 belong to the page; six levels are more than a post has."""
    token = tokens[index]
    token.tag = f"h{min(5, max(3, int(token.tag[1:])))}"
    return renderer.renderToken(tokens, index, options, env)


class _Parser(MarkdownIt):
    """Addresses past LONGEST_ADDRESS make no link: spelling an endless host name for the net takes seconds."""

    def normalizeLink(self, url: str) -> str:
        return super().normalizeLink(url) if len(url) <= LONGEST_ADDRESS else ""

    def normalizeLinkText(self, link: str) -> str:
        return super().normalizeLinkText(link) if len(link) <= LONGEST_ADDRESS else link

    def validateLink(self, url: str) -> bool:
        return bool(url) and super().validateLink(url)


def _set_up() -> _Parser:
    made = _Parser("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST})
    made.enable(["table", "strikethrough"])
    made.block.ruler.at(
        "blockquote", _not_too_deep(blockquote), {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    made.block.ruler.at("list", _not_too_deep(list_block), {"alt": ["paragraph", "reference", "blockquote"]})
    made.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    made.core.ruler.after("block", "bound_references", _bound_references)
    made.core.ruler.before("text_join", "link_mentions", _link_mentions)
    made.core.ruler.push("find_addresses", _find_addresses)
    made.add_render_rule("text_with_addresses", _linked)
    made.add_render_rule("heading_open", _heading)
    made.add_render_rule("heading_close", _heading)
    return made


_markdown = _set_up()
