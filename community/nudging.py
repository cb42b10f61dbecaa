"""The mail that reminds an expert once of a question that waits for them."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from belonging.core.hooks import DigestItem, DigestSection, Mail, MailRow, NotWanted
from belonging.notifications.services import zone_of
from belonging.outbox.services import unsubscribe_url
from community.models import ExpertRequest, Topic
from community.waiting import waiting_words


def still_wanted(row: MailRow) -> str:
    """Asked again at the moment of sending: a mail that waited must not ask for what is settled."""
    request = _request(row)
    if request is None:
        return "the question was answered, passed on or is gone"
    if not request.topic.is_open_question or request.topic.space.is_closed_for_posts:
        return "the question takes no answer any more"
    if not Topic.objects.visible_to(row.user).filter(pk=request.topic_id).exists():
        return "the person may not read the space any more"
    return ""


def _request(row: MailRow) -> ExpertRequest | None:
    waiting = ExpertRequest.objects.waiting().select_related("topic__space", "asked_by")
    return waiting.filter(pk=row.context.get("request", 0)).first() if row.user else None


def render(row: MailRow) -> Mail:
    request = _request(row)
    if request is None:
        raise NotWanted("the question was answered, passed on or is gone")
    user, topic = row.user, request.topic
    with timezone.override(zone_of(user)), translation.override(settings.LANGUAGE_CODE):
        heading = _("A question waits for you")
        if request.expert_id:
            heading = _("%(name)s asked you") % {"name": request.asked_by.display_name}
        item = DigestItem(topic.title, topic.get_absolute_url(), topic.first_words, waiting_words(topic.created_at))
        url = reverse("community:unanswered") + "?show=asked"
        context = {
            "site_name": settings.SITE_NAME,
            "base_url": settings.BASE_URL,
            "person": user,
            "sections": [DigestSection(1, heading, [item], url, _("All that is asked of you"))],
            "until": timezone.now(),
            "unsubscribe_url": settings.BASE_URL + unsubscribe_url(user_id=user.pk, kind=row.kind),
            "settings_url": settings.BASE_URL + reverse("notifications:settings"),
            "why": _("You get this once for a question, because you are listed as somebody who can help with it."),
        }
        return Mail(
            subject=_("Still waiting for you: %(topic)s") % {"topic": topic.title},
            text=render_to_string("emails/digest.txt", context),
            html=render_to_string("emails/digest.html", context),
        )
