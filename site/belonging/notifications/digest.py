"""The digest as a mail: rendered at the moment of sending, from what the person may see at that moment."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from belonging.core.hooks import Mail, MailRow, NotWanted
from belonging.notifications import services
from belonging.notifications.models import DigestPreference, Frequency
from belonging.outbox.services import unsubscribe_url


def still_wanted(row: MailRow) -> str:
    preference = DigestPreference.objects.filter(user_id=row.user_id or 0).first()
    return "the digest is turned off" if preference and preference.frequency == Frequency.OFF else ""


def render(row: MailRow) -> Mail:
    """Raises ``NotWanted`` when there is nothing to say: an empty digest is never sent."""
    since = datetime.fromisoformat(row.context["since"])
    until = datetime.fromisoformat(row.context["until"])
    user = row.user
    with timezone.override(services.zone_of(user)), translation.override(settings.LANGUAGE_CODE):
        sections = services.digest_sections(user, since=since, until=until)
        if not sections:
            raise NotWanted("nothing happened that the person would want to read")
        context = {
            "site_name": settings.SITE_NAME,
            "base_url": settings.BASE_URL,
            "person": user,
            "sections": sections,
            "until": until,
            "unsubscribe_url": settings.BASE_URL + unsubscribe_url(user_id=user.pk, kind=row.kind),
            "settings_url": settings.BASE_URL + reverse("notifications:settings"),
            "why": _("You get this because you are a member and have not turned the digest off."),
        }
        first = sections[0].items[0]
        subject = _("%(first)s, and what else is new for you") % {"first": first.title}
        return Mail(
            subject=subject,
            text=render_to_string("emails/digest.txt", context),
            html=render_to_string("emails/digest.html", context),
        )
