"""What the community shows elsewhere: on the dashboard, in the digest, on a profile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from belonging.core.hooks import Contributions, DashboardCard, DigestItem, DigestSection, Viewer
from belonging.core.html import excerpt
from community.models import ExpertRequest, Post, Topic, TopicQuerySet
from community.waiting import waiting_words

MOST_WAITING = 3
RECENT_DAYS = 60


def topic_item(topic: Topic, meta: str = "") -> DigestItem:
    return DigestItem(topic.title, topic.get_absolute_url(), topic.first_words, meta or topic.space.title)


def replies(topic: Topic) -> str:
    return ngettext("%(number)s reply", "%(number)s replies", topic.reply_count) % {"number": topic.reply_count}


def strengths_of(user: Any) -> list[str]:
    profile = getattr(user, "profile", None)
    return list(profile.strengths) if profile else []


def waiting_for(user: Any, visible: TopicQuerySet, *, now: datetime) -> list[Topic]:
    """At most three questions of the last sixty days: those asked of the person, then open ones on their strengths.

    For a person without strengths any question that nobody has replied to. One query, along the index of open questions.
    """
    mine = ExpertRequest.objects.waiting().of_expert(user).filter(topic=OuterRef("pk"))
    questions = (
        visible.open_questions()
        .exclude(author=user)
        .filter(space__closed_at__isnull=True, created_at__gt=now - timedelta(days=RECENT_DAYS), created_at__lte=now)
        .annotate(is_asked=Exists(mine))
    )
    strengths = strengths_of(user)
    fits = Q(strands__overlap=strengths) if strengths else Q(reply_count=0)
    return list(questions.filter(Q(is_asked=True) | fits).order_by("-is_asked", "-created_at", "-pk")[:MOST_WAITING])


def _waiting_url() -> str:
    return reverse("community:unanswered")


def digest_sections(user: Any, since: datetime, until: datetime) -> list[DigestSection]:
    """What happened in followed topics; then questions that wait for the person; what is new for whoever follows nothing."""
    visible = Topic.objects.visible_to(user).unmuted_by(user).shown().listed()
    followed = visible.followed_by(user).filter(last_post_at__gt=since, last_post_at__lte=until).newest()[:3]
    sections = []
    if followed:
        items = [topic_item(topic, replies(topic)) for topic in followed]
        sections.append(
            DigestSection(20, _("In what you follow"), items, "/topics/?show=following", _("All you follow"))
        )
    rows = waiting_for(user, visible, now=until)
    if rows:
        items = [topic_item(topic, waiting_words(topic.created_at, now=until)) for topic in rows]
        heading = _("Waiting for someone like you")
        sections.append(DigestSection(25, heading, items, _waiting_url(), _("All unanswered")))
    fresh = list(
        visible.filter(created_at__gt=since, created_at__lte=until).exclude(pk__in=[t.pk for t in rows]).newest()[:3]
    )
    if fresh and not followed:
        items = [topic_item(topic, replies(topic)) for topic in fresh]
        sections.append(DigestSection(28, _("New discussions"), items, "/topics/", _("All discussions")))
    return sections


def dashboard_cards(user: Any, *, now: datetime) -> list[DashboardCard]:
    visible = Topic.objects.visible_to(user).unmuted_by(user).shown().listed()
    rows = waiting_for(user, visible, now=now)
    cards = []
    if rows:
        items = [topic_item(topic, waiting_words(topic.created_at, now=now)) for topic in rows]
        heading = _("Waiting for someone like you")
        cards.append(DashboardCard(20, heading, items, more_label=_("All unanswered"), more_url=_waiting_url()))
    newest = [topic_item(topic, replies(topic)) for topic in visible.newest()[:4]]
    empty = _("Nothing is being discussed yet. Ask the first question.")
    cards.append(
        DashboardCard(30, _("What’s new"), newest, empty=empty, more_label=_("All discussions"), more_url="/topics/")
    )
    return cards


def contributions(user: Any, viewer: Viewer) -> list[Contributions]:
    """Accepted answers, replies that helped others, and topics: only from spaces the viewer may read."""
    posts = Post.objects.visible_to(viewer).filter(author=user, number__gt=1).select_related("topic")
    found = []
    accepted = list(posts.filter(topic__accepted_post=F("pk")).order_by("-created_at")[:5])
    if accepted:
        items = [_post_item(post) for post in accepted]
        found.append(Contributions(_("Accepted answers"), items, len(items)))
    helpful = list(
        posts.filter(helped_count__gt=0)
        .exclude(pk__in=[post.pk for post in accepted])
        .order_by("-helped_count", "-pk")[:5]
    )
    if helpful:
        items = [_post_item(post, _helped(post.helped_count)) for post in helpful]
        found.append(Contributions(_("Replies that helped"), items, len(items)))
    topics = list(Topic.objects.visible_to(viewer).shown().listed().filter(author=user).newest()[:5])
    if topics:
        found.append(Contributions(_("Topics"), [topic_item(topic) for topic in topics], len(topics)))
    return found


def _post_item(post: Post, meta: str = "") -> DigestItem:
    return DigestItem(post.topic.title, post.topic.url_of_post(post.number), excerpt(post.html, 140), meta)


def _helped(number: int) -> str:
    return ngettext("helped %(number)s person", "helped %(number)s people", number) % {"number": number}
