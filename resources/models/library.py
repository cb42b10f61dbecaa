"""The library and its resources. A resource says who wrote it, for whom, and how strong the evidence is."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.blocks import CharBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager

from belonging.core.blocks import ProseBlock
from belonging.core.pages import BasePage, BasePageQuerySet
from belonging.framework.fields import StrandCodesField

PAGE = 20
RESERVED_SLUGS = {"collections"}
"""Addresses below the library that are no resource's."""


class ResourceType(models.TextChoices):
    GUIDE = "guide", _("Guide")
    PRACTICE_EXAMPLE = "practice example", _("Practice example")
    TEMPLATE = "template", _("Template")
    RESEARCH_SUMMARY = "research summary", _("Research summary")
    TOOLKIT = "toolkit", _("Toolkit")
    VIDEO = "video", _("Video")
    STRATEGY = "strategy", _("Strategy")
    ASSEMBLY_PLAN = "assembly plan", _("Assembly plan")


class Audience(models.TextChoices):
    SENIOR_LEADER = "Senior leader", _("Senior leader")
    GOVERNOR = "Governor", _("Governor")
    SENCO = "SENCO", _("SENCO")
    PASTORAL_LEAD = "Pastoral lead", _("Pastoral lead")
    HEAD_OF_YEAR = "Head of year", _("Head of year")
    ATTENDANCE_LEAD = "Attendance lead", _("Attendance lead")
    CLASS_TEACHER = "Class teacher", _("Class teacher")
    SUPPORT_STAFF = "Support staff", _("Support staff")
    LA_OFFICER = "LA officer", _("Local authority officer")


class Phase(models.TextChoices):
    EARLY_YEARS = "early years", _("Early years")
    PRIMARY = "primary", _("Primary")
    SECONDARY = "secondary", _("Secondary")
    POST_16 = "post-16", _("Post-16")


class Setting(models.TextChoices):
    MAINSTREAM = "mainstream", _("Mainstream")
    SPECIAL = "special", _("Special")
    AP = "ap", _("Alternative provision")


class Focus(models.TextChoices):
    SEND = "send", _("SEND")
    SEMH = "semh", _("SEMH")
    DISADVANTAGE = "disadvantage", _("Disadvantage")
    DISCRIMINATION = "discrimination", _("Discrimination")
    CARE_EXPERIENCED = "care-experienced", _("Care-experienced")
    YOUNG_CARERS = "young-carers", _("Young carers")
    EAL = "eal", _("English as an additional language")
    EBSA = "ebsa", _("Emotionally based school avoidance")
    AP = "ap", _("Alternative provision")


EVIDENCE_WORDS = {
    1: _("Experience"),
    2: _("One setting"),
    3: _("Several settings"),
    4: _("Review or large survey"),
    5: _("Repeated evaluations"),
}
EVIDENCE_MEANING = {
    1: _("Professional experience or a single story"),
    2: _("One setting, or a method with user feedback, without a comparison"),
    3: _("Several settings or careful case studies"),
    4: _("A review, large survey or well-established method"),
    5: _("Well-run evaluations with comparison groups, more than once"),
}
LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY-NC 4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
}
SHAPES = {
    ResourceType.GUIDE: ("doc", ""),
    ResourceType.PRACTICE_EXAMPLE: ("school", "amber"),
    ResourceType.TEMPLATE: ("edit", "coral"),
    ResourceType.RESEARCH_SUMMARY: ("study", "plum"),
    ResourceType.TOOLKIT: ("toolkit", "blue"),
    ResourceType.VIDEO: ("video", "coral"),
    ResourceType.STRATEGY: ("plan", "blue"),
    ResourceType.ASSEMBLY_PLAN: ("people", "amber"),
}


class SourceBlock(StructBlock):
    """Something a resource draws on."""

    name = CharBlock(label=_("Name"), max_length=200)
    publisher = CharBlock(label=_("Publisher"), required=False, max_length=200)
    note = CharBlock(label=_("What was taken from it"), required=False, max_length=400)

    class Meta:
        icon = "link-external"
        label = _("Source")
        description = _("A publication this draws on, credited.")
        template = "resources/blocks/source.html"
        preview_value = {"name": "Belonging Schools", "publisher": "Teach First", "note": "Findings restated."}


def multiple(choices: type[models.TextChoices], **options: Any) -> ArrayField[Any, Any]:
    return ArrayField(models.CharField(max_length=30, choices=choices.choices), default=list, blank=True, **options)


class ResourceQuerySet(BasePageQuerySet):
    def visible_to(self, user: Any) -> Any:
        """Published; what is for members only, to members only."""
        found = self.live().public()
        return found if user.is_authenticated else found.filter(members_only=False)

    def newest(self) -> Any:
        return self.order_by("-published_on", "-pk")

    def on_strands(self, codes: list[str]) -> Any:
        return self.filter(strands__overlap=codes)

    def listed(self) -> Any:
        """With what a list shows, in one query."""
        return self.select_related("author")


class ResourceManager(PageManager.from_queryset(ResourceQuerySet)):  # type: ignore[misc]
    pass


class LibraryPage(BasePage):
    """All resources, with filters."""

    parent_page_types: ClassVar[list[Any]] = ["home.HomePage"]
    subpage_types: ClassVar[list[Any]] = ["resources.ResourcePage"]
    max_count = 1
    template = "resources/library_page.html"
    page_description = _("Lists every resource with filters. One is enough.")

    class Meta:
        verbose_name = _("library")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from resources.filters import LibraryFilters

        context = super().get_context(request, *args, **kwargs)
        filters = LibraryFilters(request.GET)
        visible = ResourcePage.objects.visible_to(request.user)
        page = Paginator(filters.apply(visible).listed(), PAGE).get_page(request.GET.get("page"))
        return {**context, "filters": filters, "facets": filters.facets(visible), "resources": page}


class ResourcePage(BasePage):
    """One resource. ``evidence_strength`` runs from 1 to 5 and always comes with its reason."""

    kind = models.CharField(_("kind"), max_length=20, choices=ResourceType.choices, default=ResourceType.GUIDE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    published_on = models.DateField(_("published on"))
    members_only = models.BooleanField(_("for members only"), default=False)
    audience = multiple(Audience, verbose_name=_("for"))
    phases = multiple(Phase, verbose_name=_("phases"))
    settings = multiple(Setting, verbose_name=_("settings"))
    focus = multiple(Focus, verbose_name=_("groups in focus"))
    strands = StrandCodesField(verbose_name=_("strands"))
    licence = models.CharField(_("licence"), max_length=20, choices=[(k, k) for k in LICENCES], default="CC BY 4.0")
    minutes_to_read = models.PositiveSmallIntegerField(
        _("minutes to read"), default=3, validators=[MinValueValidator(1)]
    )
    evidence_strength = models.PositiveSmallIntegerField(
        _("strength of the evidence"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    evidence_reason = models.TextField(_("why that strength"), max_length=600)
    video_seconds = models.PositiveIntegerField(_("length of the film in seconds"), null=True, blank=True)
    video_languages = models.CharField(_("languages of the film"), max_length=120, blank=True)
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)
    source_url = models.CharField(max_length=300, blank=True, editable=False)
    sources = StreamField([("source", SourceBlock())], verbose_name=_("sources"), blank=True)

    objects = ResourceManager()

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("kind", "author", "published_on", "members_only", "minutes_to_read", "licence")
            ],
            _("About"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("strands", "audience", "phases", "settings", "focus")],
            _("Who can use it for what"),
        ),
        MultiFieldPanel([FieldPanel("evidence_strength"), FieldPanel("evidence_reason")], _("Evidence")),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("video_seconds"), FieldPanel("video_languages")], _("Film")),
        FieldPanel("sources"),
        InlinePanel("related_links", heading=_("Related resources")),
    ]
    parent_page_types: ClassVar[list[Any]] = ["resources.LibraryPage"]
    subpage_types: ClassVar[list[Any]] = []
    template = "resources/resource_page.html"
    page_description = _("A guide, template, example or summary, with its evidence.")

    class Meta:
        verbose_name = _("resource")
        indexes = [
            GinIndex(fields=["search"], name="resource_search"),
            GinIndex(fields=["strands"], name="resource_strands"),
            models.Index(fields=["-published_on"], name="resource_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(evidence_strength__range=(1, 5)), name="resource_evidence_1_to_5"),
            models.UniqueConstraint(
                fields=["source_url"], name="resource_of_a_source_once", condition=~Q(source_url="")
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("The library has something else at this address. Choose another.")})

    @property
    def evidence_words(self) -> str:
        return str(EVIDENCE_WORDS[self.evidence_strength])

    @property
    def evidence_meaning(self) -> str:
        return str(EVIDENCE_MEANING[self.evidence_strength])

    @property
    def licence_url(self) -> str:
        return LICENCES[self.licence]

    @property
    def shape(self) -> tuple[str, str]:
        """The icon and the tone of its kind."""
        return SHAPES[ResourceType(self.kind)]

    @property
    def audience_words(self) -> str:
        return ", ".join(str(Audience(value).label) for value in self.audience)

    @property
    def phase_words(self) -> str:
        return ", ".join(str(Phase(value).label) for value in self.phases)

    @property
    def setting_words(self) -> str:
        return ", ".join(str(Setting(value).label) for value in self.settings)

    @property
    def focus_words(self) -> str:
        return ", ".join(str(Focus(value).label) for value in self.focus)

    def credited(self) -> list[Credit]:
        """Who asked and who answered, where it came from a discussion, with their people."""
        return list(self.credits.select_related("user"))

    @property
    def video_minutes(self) -> int:
        return round((self.video_seconds or 0) / 60)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.members_only and not request.user.is_authenticated:
            return redirect(f"{settings.WAGTAIL_FRONTEND_LOGIN_URL}?next={request.path}")
        return super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        numbers = [link.target_id for link in self.related_links.all()]
        related = {page.pk: page for page in ResourcePage.objects.visible_to(request.user).filter(pk__in=numbers)}
        return {
            **context,
            "related": [related[number] for number in numbers if number in related],
            "credited": self.credited() if self.source_url else [],
            "collect_form": self._collect_form(request.user),
        }

    def _collect_form(self, user: Any) -> Any:
        """For whoever may put it somewhere; ``None`` for everybody else."""
        from resources.forms import CollectForm

        form = CollectForm(user=user, resource=self) if user.is_authenticated else None
        return form if form and form.places else None


class RelatedResource(Orderable):
    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="related_links")
    target = models.ForeignKey(ResourcePage, models.CASCADE, related_name="+", verbose_name=_("resource"))

    panels: ClassVar[list[Any]] = [PageChooserPanel("target")]

    def __str__(self) -> str:
        return f"{self.page_id} to {self.target_id}"


class CreditRole(models.TextChoices):
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")


class Consent(models.TextChoices):
    NAMED = "named", _("Say my name")
    UNNAMED = "unnamed", _("Use it without my name")
    REFUSED = "refused", _("Do not use my words in the library")


class CreditQuerySet(models.QuerySet["Credit"]):
    def of(self, user: Any) -> Self:
        return self.filter(user_id=user.pk or 0)

    def refused(self) -> Self:
        return self.filter(consent=Consent.REFUSED)


class Credit(models.Model):
    """Somebody whose question or answer a resource was made from, and whether they want their name on it.

    A plain row beside the page and no part of its revisions: publishing an older text brings no old consent back.
    """

    page = models.ForeignKey(ResourcePage, models.CASCADE, related_name="credits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    role = models.CharField(_("part"), max_length=10, choices=CreditRole.choices)
    consent = models.CharField(_("consent"), max_length=10, choices=Consent.choices, default=Consent.NAMED)

    objects = CreditQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["page", "user", "role"], name="credit_once")]
        indexes = [models.Index(fields=["user"], name="credits_of_user")]

    def __str__(self) -> str:
        return f"credit {self.pk}"

    @property
    def name(self) -> str:
        """How the page names the person: not at all unless they agree; "Former member" when they have left."""
        return self.user.display_name if self.consent == Consent.NAMED else str(_("a member"))
