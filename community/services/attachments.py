"""Pictures and files of posts: checked and kept when uploaded, a post's own once it is sent, swept when it never is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from belonging.files import services as files
from belonging.files.documents import extension_of, tidy_name
from community.models import Attachment, Draft

PURPOSE = "post"
PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
SWEPT_AT_ONCE = 200


def is_picture(name: str) -> bool:
    """Whether a file that calls itself so is taken as a picture; what the bytes say is asked when it is stored."""
    return extension_of(tidy_name(name)) in PICTURES


@transaction.atomic
def attach(owner: Any, upload: Any, *, name: str, alt: str = "", now: datetime | None = None) -> Attachment:
    """Keep an upload until its post is sent. Raises ``BadImage`` or ``BadFile``; then nothing is kept."""
    made = Attachment(owner=owner, alt=alt[:300], created_at=now or timezone.now())
    if is_picture(name):
        side = settings.UPLOADS["longest_side"]
        made.image = files.store_image(upload, owner=owner, purpose=PURPOSE, longest_side=side)
    else:
        made.file = files.store_file(upload, owner=owner, purpose=PURPOSE, name=name)
    made.save()
    return made


def hide_attachment(attachment: Attachment, *, hidden: bool, now: datetime | None = None) -> None:
    """Take a file out of everybody's reach, or bring it back. The post that shows it stays as it is."""
    at = (now or timezone.now()) if hidden else None
    Attachment.objects.filter(pk=attachment.pk).update(hidden_at=at)


def sweep_uploads(now: datetime) -> int:
    """Remove uploads that were never posted and that no draft of their owner names. Safe to run twice or side by side."""
    before = now - timedelta(hours=settings.UPLOADS["unposted_hours"])
    drafts = Draft.objects.filter(
        user=OuterRef("owner"), source__contains=Cast(OuterRef("key"), output_field=models.TextField())
    )
    old = Attachment.objects.unposted().filter(~Exists(drafts), created_at__lt=before, hidden_at__isnull=True)
    return _remove(old)


def remove_unposted_of(user: Any) -> int:
    """What somebody who leaves had uploaded and never posted."""
    removed = 0
    while found := _remove(Attachment.objects.unposted().filter(owner=user)):
        removed += found
    return removed


@transaction.atomic
def _remove(rows: models.QuerySet[Attachment]) -> int:
    found = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:SWEPT_AT_ONCE])
    for attachment in found:
        image, file = attachment.image, attachment.file
        attachment.delete()
        if image:
            files.remove_image(image)
        if file:
            files.remove_file(file)
    return len(found)
