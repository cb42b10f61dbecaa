from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from belonging.accounts.models import EDITORS
from belonging.home.roles import grant
from belonging.home.tree import child, home_page
from resources.models import LibraryPage


def library() -> LibraryPage:
    """The library, below the home page; made when there is none yet."""
    summary = _("Written by people who tried it. Every item says how strong the evidence is.")
    return child(home_page(), LibraryPage(title=_("Library"), slug="library", summary=summary, show_in_menus=True))


def load() -> str:
    actions = ("add", "change", "delete", "view")
    grant(EDITORS, "resources", [f"{action}_collection" for action in actions])
    return f"library page {library().pk}"


def strands_of(user: Any) -> list[str]:
    """Strands the person is interested in."""
    profile = getattr(user, "profile", None)
    return list(profile.interests) if profile else []
