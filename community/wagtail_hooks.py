from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from belonging.accounts.models import EDITORS
from belonging.core.hooks import (
    AskPerson,
    CompletionSource,
    Contributions,
    DashboardCard,
    DemoContent,
    DigestSection,
    DueWork,
    KeptTyping,
    LinkCard,
    LinkTarget,
    MailKind,
    PersonalData,
    ProfileAction,
    PublishedResource,
    Reportable,
    ScaleData,
    SearchHit,
    SearchSource,
    StandardContent,
    Viewer,
)
from belonging.core.html import excerpt
from belonging.core.searching import ranked
from belonging.core.snippets import RowSnippetViewSet
from belonging.home.roles import grant
from community import cards, demo, keeping, nudging, personal, scale, services, tallies
from community.demo import questions
from community.models import Attachment, Follow, Post, Space, SpaceMembership, Topic, Visibility
from community.services import asking
from community.services import keeping as library
from community.space_forms import SpaceAdminForm

MOST_WEIGHED = 300
"""Of the posts with a word, the newest are weighed against each other and no more: a common one stands in most of them."""


@hooks.register("standard_content")
def standard_content() -> list[StandardContent]:
    return [StandardContent("community", 61, _load)]


def _load() -> str:
    grant(EDITORS, "community", ["add_space", "change_space", "view_space"])
    return "editors may open spaces"


@hooks.register("demo_content")
def demo_content() -> list[DemoContent]:
    return [
        DemoContent("community", 60, demo.create, demo.connect),
        DemoContent("questions", 61, lambda: "questions come with the posts", questions.connect),
    ]


@hooks.register("due_work")
def due_work() -> list[DueWork]:
    return [
        DueWork("community.quiet_spaces", services.ask_about_quiet_spaces),
        DueWork("community.sweep_uploads", services.sweep_uploads),
        DueWork("community.remake_posts", services.remake_posts),
        DueWork("community.remake_welcomes", services.remake_welcomes),
        DueWork("community.views", tallies.store_views),
        DueWork("community.nudge_experts", services.nudge_experts),
        DueWork("community.ask_for_the_forgotten", services.ask_for_the_forgotten),
    ]


@hooks.register("profile_actions")
def profile_actions(user: Any, viewer: Any) -> list[ProfileAction]:
    """Follow or mute the person, or take that back."""
    mine = Follow.objects.of(viewer).filter(person=user).first()
    url = reverse("community:follow_person", args=[user.handle])
    follow = ProfileAction(_("Follow"), url, {"level": "follow"})
    mute = ProfileAction(_("Mute"), url, {"level": "mute"}, icon="close")
    if mine is None:
        return [follow, mute]
    if mine.muted:
        return [ProfileAction(_("Stop muting"), url, {"level": "none"}, icon="close"), follow]
    return [ProfileAction(_("Stop following"), url, {"level": "none"}), mute]


@hooks.register("link_targets")
def link_targets() -> list[LinkTarget]:
    return [LinkTarget("space", _space_url), LinkTarget("topic", _topic_url, _describe_topic)]


def _space_url(slug: str) -> str | None:
    found = Space.objects.exclude(visibility=Visibility.CONFIDENTIAL).filter(slug=slug).first()
    return found.get_absolute_url() if found else None


def _topic_url(slug: str) -> str | None:
    found = Topic.objects.exclude(space__visibility=Visibility.CONFIDENTIAL).shown().filter(slug=slug).first()
    return found.get_absolute_url() if found else None


def _describe_topic(slug: str) -> SearchHit | None:
    """Of an open topic its first words; of a members' topic the title, which whoever features it has chosen to show."""
    found = Topic.objects.shown().filter(slug=slug, space__visibility=Visibility.OPEN).select_related("space").first()
    if found is None:
        return None
    return SearchHit(found.title, found.get_absolute_url(), _("Discussion"), found.first_words)


@hooks.register("link_cards")
def link_cards() -> list[LinkCard]:
    return [LinkCard("/topics/", _topic_card)]


def _topic_card(path: str) -> SearchHit | None:
    """A topic of an open space by its address, with or without its slug."""
    number = path.removeprefix("/topics/").partition("/")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    open_topics = Topic.objects.shown().filter(space__visibility=Visibility.OPEN)
    found = open_topics.filter(pk=number).first()
    if found is None or path not in {found.get_absolute_url(), f"/topics/{found.pk}/"}:
        return None
    return SearchHit(found.title, found.get_absolute_url(), found.get_kind_display(), found.first_words)


@hooks.register("kept_typing")
def kept_typing() -> list[KeptTyping]:
    return [KeptTyping(keeping.keep_after_refusal, keeping.mark)]


@hooks.register("spaces_of")
def spaces_of(user: Any) -> set[str]:
    """Slugs of the closed and confidential spaces the person belongs to."""
    return set(SpaceMembership.objects.active().filter(user=user).values_list("space__slug", flat=True))


@hooks.register("search_sources")
def search_sources() -> list[SearchSource]:
    return [SearchSource("discussions", _("Discussions"), _search, _hit)]


def _search(viewer: Viewer, query: str) -> QuerySet[Any]:
    found = ranked(Post.objects.visible_to(viewer), query, most=MOST_WEIGHED)
    return found.select_related("topic__space", "author").defer("search", "source")


def _hit(post: Post) -> SearchHit:
    topic = post.topic
    return SearchHit(
        topic.title, topic.url_of_post(post.number), topic.space.title, excerpt(post.html), post.author.display_name
    )


@hooks.register("digest_sections")
def digest_sections(user: Any, since: datetime, until: datetime) -> list[DigestSection]:
    return cards.digest_sections(user, since, until)


@hooks.register("dashboard_cards")
def dashboard_cards(user: Any) -> list[DashboardCard]:
    return cards.dashboard_cards(user, now=timezone.now())


@hooks.register("contributions")
def contributions(user: Any, viewer: Viewer) -> list[Contributions]:
    return cards.contributions(user, viewer)


@hooks.register("ask_person")
def ask_person(person: Any, viewer: Viewer) -> list[AskPerson]:
    """A question to somebody is a topic that others can read; there is no private chat."""
    return [AskPerson(_("Ask this person"), f"{reverse('community:choose_space')}?{urlencode({'ask': person.handle})}")]


@hooks.register("mail_kinds")
def mail_kinds() -> list[MailKind]:
    return [
        MailKind(
            asking.NUDGE,
            "A question waits for an expert",
            nudging.still_wanted,
            nudging.render,
            transactional=False,
        )
    ]


@hooks.register("resource_published")
def resource_published(resource: PublishedResource) -> None:
    library.tell_where_it_stands(resource)


@hooks.register("completion_sources")
def completion_sources() -> list[CompletionSource]:
    return [CompletionSource("posted", _("Posted in a discussion"), _posted)]


def _posted(user: Any, since: datetime) -> bool:
    return Post.objects.filter(author=user, created_at__gte=since, hidden_at__isnull=True).exists()


@hooks.register("stayed_posts")
def stayed_posts(user: Any, most: int) -> int:
    """How many posts of the person still stand, counted no further than ``most``."""
    return Post.objects.filter(author=user, hidden_at__isnull=True)[:most].count()


@hooks.register("reportable")
def reportable() -> list[Reportable]:
    return [
        Reportable(
            kind="post",
            label=_("Post"),
            visible=lambda viewer: Post.objects.visible_to(viewer).select_related("topic__space", "author"),
            everything=lambda: Post.objects.select_related("topic__space", "author"),
            author_id=lambda post: post.author_id,
            describe=lambda post: excerpt(post.html, 600),
            url=lambda post: post.topic.url_of_post(post.number),
            hide=lambda post, text: services.hide_post(post, text=text),
            restore=lambda post: services.restore_post(post),
            evidence=lambda post: post.source,
        ),
        Reportable(
            kind="topic",
            label=_("Topic"),
            visible=lambda viewer: Topic.objects.visible_to(viewer).shown().listed(),
            everything=lambda: Topic.objects.listed(),
            author_id=lambda topic: topic.author_id,
            describe=lambda topic: topic.title,
            url=lambda topic: topic.get_absolute_url(),
            hide=lambda topic, text: services.hide_topic(topic, hidden=True),
            restore=lambda topic: services.hide_topic(topic, hidden=False),
        ),
        Reportable(
            kind="file",
            label=_("Picture or file"),
            visible=lambda viewer: Attachment.objects.visible_to(viewer).filter(post__isnull=False).listed(),
            everything=lambda: Attachment.objects.listed(),
            author_id=lambda attachment: attachment.owner_id,
            describe=lambda attachment: attachment.words,
            url=lambda attachment: attachment.url_of_post,
            hide=lambda attachment, text: services.hide_attachment(attachment, hidden=True),
            restore=lambda attachment: services.hide_attachment(attachment, hidden=False),
        ),
    ]


@hooks.register("personal_data")
def personal_data() -> list[PersonalData]:
    return [personal.personal_data()]


class SpacePolicy(ModelPermissionPolicy):
    """Editors work on the spaces whose names they may know: not on a confidential one that they are not in."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Space) -> bool:
        known = not instance.pk or Space.objects.listed_for(user).filter(pk=instance.pk).exists()
        return known and bool(super().user_has_permission_for_instance(user, action, instance))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        found = super().instances_user_has_any_permission_for(user, actions)
        return found.filter(pk__in=Space.objects.listed_for(user).values("pk"))


class SpaceViewSet(RowSnippetViewSet):
    """Spaces: their names, who sees them and what they are for. Members and facilitators join on the site."""

    model = Space
    icon = "comment"
    menu_label = gettext_lazy("Spaces")
    add_to_admin_menu = True
    menu_order = 255
    list_display = ["title", "visibility", "topic_count"]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [
            FieldPanel(name)
            for name in (
                "title",
                "slug",
                "visibility",
                "sure",
                "joining",
                "description",
                "prompt",
                "welcome",
                "event_tag",
                "strands",
                "closes_on",
                "position",
            )
        ],
        base_form_class=SpaceAdminForm,
    )

    def get_queryset(self, request: Any) -> QuerySet[Space]:
        return Space.objects.listed_for(request.user)


register_permission_policy(Space, SpacePolicy(Space))
register_snippet(SpaceViewSet)


@hooks.register("scale_data")
def scale_data() -> list[ScaleData]:
    return [ScaleData("community", 60, scale.fill)]
