"""What happens to versions of the framework: loaded, copied into a draft, published."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from belonging.core import content
from belonging.core.errors import BadContent, BelongingError
from belonging.core.hooks import Viewer
from belonging.framework import strands
from belonging.framework.checking import check
from belonging.framework.exchange import as_file, content_sha256, write_rows
from belonging.framework.models import Framework
from belonging.framework.rules import publishing_problems
from belonging.trail import services as trail


class DraftExists(BelongingError):
    """There is a draft already; there is never more than one."""


class NotPublishable(BelongingError):
    """The draft breaks a rule that keeps answers comparable; the message says which."""


class NoPublishedVersion(BelongingError):
    """Nothing to copy from."""


def load() -> str:
    """Load framework.json of this release; what ``load_content`` calls."""
    framework, created = load_file(content.read(strands.FILE), name=strands.FILE.name)
    what = f"version {framework.version}, {framework.indicators.count()} indicators"
    return f"{what}, loaded" if created else f"{what}, as before"


@transaction.atomic
def load_file(data: dict[str, Any], *, name: str) -> tuple[Framework, bool]:
    """A file's version, and whether it is new here. Loading a version twice changes nothing.

    Raises ``BadContent`` for a file that does not check, that says a known version in other words, or that is older
    than what is published.
    """
    check(data, name=name)
    version = data["version"]
    digest = content_sha256(data)
    stored = Framework.objects.select_for_update().filter(version=version).first()
    if stored is not None:
        if stored.content_sha256 != digest:
            raise BadContent(
                f"{name}: version {version} is here already and says something else. "
                "A published version never changes: give the file a higher version."
            )
        return stored, False
    current = Framework.objects.current()
    framework = write_rows(data)
    if current is not None and (framework.major, framework.minor) < (current.major, current.minor):
        raise BadContent(f"{name}: version {version} is older than {current.version}, which is published.")
    if data["status"] == Framework.Status.DRAFT:
        raise BadContent(f"{name}: a draft is written in the admin, not loaded from a file.")
    try:
        publish_version(framework.pk, today=framework.published_on)
    except NotPublishable as error:
        raise BadContent(f"{name}: {error}") from None
    Framework.objects.filter(pk=framework.pk)
    return Framework.objects.get(pk=framework.pk), True


@transaction.atomic
def start_next_version(*, by: Viewer | None = None, major: bool = False) -> Framework:
    """Copy the published version into a draft: 1.1 after 1.0, or with ``major`` 2.0.

    Raises ``DraftExists`` or ``NoPublishedVersion``.
    """
    current = Framework.objects.published().select_for_update().first()
    if current is None:
        raise NoPublishedVersion(_("No version is published yet. Load the content first."))
    if Framework.objects.drafts().exists():
        raise DraftExists(_("There is a draft already. Publish it or delete it first."))
    highest = Framework.objects.newest_first().first() or current
    version = f"{highest.major + 1}.0" if major else _next_minor(current)
    data = as_file(current)
    data["version"] = version
    data.pop("migration_map", None)
    draft = write_rows(data)
    draft.published_on = None
    draft.made_from = current
    draft.review_state = Framework.ReviewState.NOT_YET
    draft.save()
    trail.record(action="framework.started", actor=by, target=draft, detail={"version": version})
    return draft


def _next_minor(current: Framework) -> str:
    minors = Framework.objects.filter(major=current.major).values_list("minor", flat=True)
    return f"{current.major}.{max(minors, default=current.minor) + 1}"


@transaction.atomic
def publish_version(framework_id: int, *, by: Viewer | None = None, today: date | None = None) -> Framework:
    """Publish a draft for good and retire the version before it. Raises ``NotPublishable`` with all reasons."""
    versions = {row.pk: row for row in Framework.objects.select_for_update().order_by("pk")}
    draft = versions[framework_id]
    if not draft.is_draft:
        raise NotPublishable(_("Only a draft can be published."))
    previous = next((row for row in versions.values() if row.status == Framework.Status.PUBLISHED), None)
    problems = publishing_problems(draft, previous)
    if problems:
        raise NotPublishable(" ".join(problems[:10]))
    day = today or timezone.localdate()
    if previous is not None:
        Framework.objects.filter(pk=previous.pk).update(status=Framework.Status.RETIRED, retired_on=day)
    draft.published_on = day
    draft.content_sha256 = content_sha256(as_file(draft))
    draft.status = Framework.Status.PUBLISHED
    draft.save()
    trail.record(action="framework.published", actor=by, target=draft, detail={"version": draft.version})
    transaction.on_commit(strands.forget)
    return draft


publish = publish_version


@transaction.atomic
def discard_draft(framework_id: int, *, by: Viewer | None = None) -> None:
    """Throw a draft away. Raises ``PublishedIsReadOnly`` for anything else."""
    draft = Framework.objects.select_for_update().get(pk=framework_id)
    version = draft.version
    draft.delete()
    trail.record(action="framework.discarded", actor=by, detail={"version": version})


def changes_between(old: Framework, new: Framework) -> dict[str, str]:
    """For every code of either version: same, reworded, changed, dropped or new.

    "reworded" keeps its meaning and stays comparable; "changed", "dropped" and "new" do not. A minor version can only
    reword; between majors the map of old codes says what became of each.
    """
    before, after = _sayings(old), _sayings(new)
    told: dict[str, str] = {}
    for row in new.migration_map:
        told[row["old"]] = row["change"]
    result = {}
    for code in [*before, *(code for code in after if code not in before)]:
        if code not in after:
            result[code] = "dropped"
        elif code not in before:
            result[code] = "new"
        elif told.get(code) == "changed":
            result[code] = "changed"
        else:
            result[code] = "same" if before[code] == after[code] else "reworded"
    return result


def _sayings(framework: Framework) -> dict[str, Any]:
    found = {}
    for indicator in framework.indicators.prefetch_related("levels", "wordings").in_order():
        words = {wording.respondent: wording.text for wording in indicator.wordings.all()}
        levels = [level.descriptor for level in indicator.levels.all()]
        found[indicator.code] = (indicator.statement, levels, words)
    return found
