"""Schools as the public register knows them, and the runs that brought the register in."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, SearchVectorField, TrigramWordSimilarity
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from belonging.core.hooks import Viewer
from belonging.framework.fields import StrandCodesField
from belonging.schools.search import postcode_key, prefix_query


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSING = "closing", _("Open, proposed to close")
    PROPOSED = "proposed", _("Proposed to open")
    CLOSED = "closed", _("Closed")


WORKING = (Status.OPEN, Status.CLOSING)


class SchoolQuerySet(models.QuerySet["School"]):
    def open(self) -> Self:
        return self.filter(status__in=WORKING)

    def visible_to(self, user: Viewer) -> Self:
        """Schools whose public facts the person may read: every open one for members, and their own when it closed."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(status__in=WORKING) | Q(pk__in=_own_school_ids(user)))

    def workspace_of(self, user: Viewer) -> Self:
        """Schools whose workspace the person may enter: their own, their caseload, their programme's as a manager.

        Never evaluators or officers, who see cohorts, and never by being an administrator.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pk__in=_own_school_ids(user)) | Q(pk__in=_managed_school_ids(user)))

    def led_by(self, user: Viewer) -> Self:
        """Schools where the person is a lead."""
        from belonging.schools.models.membership import Membership

        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Membership.objects.active().leads().filter(user=user.pk).values("school"))

    def team_run_by(self, user: Viewer) -> Self:
        """Schools whose requests the person answers: as a lead, as a manager of its programme, as an administrator."""
        if not user.is_authenticated:
            return self.none()
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(Q(pk__in=self.model.objects.led_by(user)) | Q(pk__in=_managed_school_ids(user)))

    def matching(self, text: str) -> Self:
        """Best first: whole or begun words in name, town, area or number, a postcode's beginning, or a near miss."""
        text = text.replace("\x00", " ").strip()
        if not text:
            return self.order_by("name", "pk")
        key = postcode_key(text)
        found = Q(name__trigram_word_similar=text)
        if key:
            found |= Q(postcode_key__startswith=key) | Q(urn=key)
        words = prefix_query(text)
        rank: Any = Value(0.0)
        if words:
            query = SearchQuery(words, config="simple", search_type="raw")
            found |= Q(search=query)
            rank = Coalesce(SearchRank(F("search"), query), Value(0.0), output_field=models.FloatField())
        return (
            self.filter(found)
            .annotate(rank=rank + TrigramWordSimilarity(text, "name"))
            .order_by("-rank", "name", "pk")
        )


def _own_school_ids(user: Viewer) -> Any:
    from belonging.schools.models.membership import Membership

    return Membership.objects.active().filter(user=user.pk).values("school")


def _managed_school_ids(user: Viewer) -> Any:
    from belonging.schools.models.programme import ProgrammeRole, ProgrammeSchool

    managed = ProgrammeRole.objects.active().filter(user=user.pk, role=ProgrammeRole.Role.MANAGER)
    return ProgrammeSchool.objects.current().filter(programme__in=managed.values("programme")).values("school")


class School(models.Model):
    """``urn`` is the number in the register: six digits in England, seven in Wales; it names the school for good.

    All but the last group of fields are public facts. No name of a person is kept here.
    """

    class Nation(models.TextChoices):
        ENGLAND = "england", _("England")
        WALES = "wales", _("Wales")

    class Phase(models.TextChoices):
        NURSERY = "nursery", _("Nursery")
        PRIMARY = "primary", _("Primary")
        MIDDLE = "middle", _("Middle")
        SECONDARY = "secondary", _("Secondary")
        ALL_THROUGH = "all-through", _("All-through")
        SIXTEEN_PLUS = "16-plus", _("16 plus")
        OTHER = "other", _("Other")

    class Setting(models.TextChoices):
        MAINSTREAM = "mainstream", _("Mainstream")
        SPECIAL = "special", _("Special")
        AP = "ap", _("Alternative provision")

    Status = Status

    urn = models.CharField(_("reference number"), max_length=12, unique=True)
    nation = models.CharField(_("nation"), max_length=10, choices=Nation, default=Nation.ENGLAND)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase, default=Phase.OTHER)
    type = models.CharField(_("type"), max_length=100, blank=True)
    setting = models.CharField(_("setting"), max_length=12, choices=Setting, default=Setting.MAINSTREAM)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    lowest_age = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(_("oldest age"), null=True, blank=True)
    gender = models.CharField(_("pupils"), max_length=30, blank=True)
    religious_character = models.CharField(_("religious character"), max_length=100, blank=True)
    la_code = models.CharField(_("local authority code"), max_length=10, blank=True)
    la_name = models.CharField(_("local authority"), max_length=100, blank=True)
    establishment_number = models.CharField(max_length=10, blank=True)
    trust_code = models.CharField(_("trust code"), max_length=20, blank=True)
    trust_name = models.CharField(_("trust"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True)
    street = models.CharField(_("street"), max_length=150, blank=True)
    locality = models.CharField(_("locality"), max_length=150, blank=True)
    address3 = models.CharField(_("address line 3"), max_length=150, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    county = models.CharField(_("county"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True)
    roll = models.PositiveIntegerField(_("pupils on roll"), null=True, blank=True)

    story = models.TextField(_("our story"), max_length=1500, blank=True)
    strong_strands = StrandCodesField(verbose_name=_("strong strands"))
    priority_strands = StrandCodesField(verbose_name=_("priorities"))
    open_to_visits = models.BooleanField(_("open to visits"), default=False)

    facts_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    source_data = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    postcode_key = models.GeneratedField(
        expression=models.functions.Upper(models.functions.Replace("postcode", Value(" "), Value(""))),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )
    search = models.GeneratedField(
        expression=SearchVector("name", "urn", weight="A", config="simple")
        + SearchVector("town", "la_name", weight="B", config="simple")
        + SearchVector("postcode", "street", "trust_name", weight="C", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name", "pk"]
        indexes = [
            GinIndex(fields=["search"], name="school_search"),
            GinIndex(fields=["name"], name="school_name_trigram", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["postcode_key"], name="school_postcode", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["la_code", "name"], name="school_la"),
            models.Index(fields=["trust_code"], name="school_trust", condition=~Q(trust_code="")),
            models.Index(fields=["name", "id"], name="school_by_name"),
            GinIndex(fields=["strong_strands"], name="school_strong"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(urn=""), name="school_urn_given"),
            models.CheckConstraint(condition=~Q(name=""), name="school_name_given"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("schools:school", args=[self.pk])

    @property
    def label(self) -> str:
        """The name people use: "Larkfield" for "Larkfield Primary School (demo)"."""
        return self.short_name or self.name

    @property
    def is_open(self) -> bool:
        return self.status in WORKING

    @property
    def ages(self) -> str:
        if self.lowest_age is None or self.highest_age is None:
            return ""
        return f"{self.lowest_age}–{self.highest_age}"

    @property
    def address_lines(self) -> list[str]:
        parts = [self.street, self.locality, self.address3, self.town, self.county, self.postcode]
        return list(dict.fromkeys(part for part in parts if part))

    @property
    def website_url(self) -> str:
        """The website as a link, or "" when what the register has is not a web address."""
        value = self.website.strip()
        if not value or " " in value or "." not in value:
            return ""
        if value.lower().startswith(("http://", "https://")):
            return value
        return "" if ":" in value or "@" in value else f"http://{value}"


class ImportRun(models.Model):
    """One reading of a register file that was kept. A file that was refused as a whole leaves no row."""

    file_name = models.CharField(_("file"), max_length=200)
    file_sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=20)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(_("closed"), default=0)
    refused = models.PositiveIntegerField(default=0)
    refused_rows = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        verbose_name = _("register import")
        verbose_name_plural = _("register imports")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.started_at:%Y-%m-%d}"

    @property
    def seconds(self) -> float:
        return (self.finished_at - self.started_at).total_seconds()
