"""Collections: resources that somebody chose and put in order, for everybody or for one space."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from belonging.accounts.models import EDITORS
from resources.models.library import ResourcePage


def spaces() -> Any:
    """The manager of the community's spaces: who reads a space and who looks after it is asked there, never decided here."""
    return apps.get_model("community", "Space")._default_manager


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible_to(self, user: Any) -> Self:
        """One of no space is as public as the library; one of a space is for whoever may read the space."""
        return self.filter(Q(space__isnull=True) | Q(space__in=spaces().visible_to(user).values("pk")))

    def editable_by(self, user: Any) -> Self:
        """All that an editor may see; of anybody else, those of the spaces they look after."""
        if not user.is_authenticated:
            return self.none()
        found = self.visible_to(user)
        if user.is_superuser or user.has_group(EDITORS):
            return found
        return found.filter(space__in=spaces().moderated_by(user).values("pk"))

    def in_order(self) -> Self:
        """Those of no space first."""
        of_a_space = Case(When(space__isnull=True, then=Value(0)), default=Value(1))
        return self.order_by(of_a_space, "title", "pk")

    def listed(self, user: Any) -> Self:
        """With its space, ``is_public`` (whether visitors see it too) and ``item_count`` (what this person sees in it)."""
        shown = CollectionItem.objects.visible_to(user).filter(collection=OuterRef("pk")).order_by()
        number = shown.values("collection").annotate(number=Count("pk")).values("number")
        public = Collection.objects.visible_to(AnonymousUser()).filter(pk=OuterRef("pk"))
        return self.select_related("space").annotate(item_count=Coalesce(Subquery(number), 0), is_public=Exists(public))


class Collection(ClusterableModel):
    """``space`` makes it that space's own: there is one at most, and it goes with the space, so that nothing becomes public."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    description = models.CharField(
        _("what it is for"), max_length=200, blank=True, help_text=_("One line, shown under the title.")
    )
    space = models.OneToOneField(
        "community.Space",
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("space"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CollectionQuerySet.as_manager()

    # What ``listed`` adds.
    item_count: int
    is_public: bool

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["title", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="collection_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:collection", args=[self.slug])

    @property
    def who_can_see(self) -> str:
        """One line; "" where it is as public as the library. Needs ``listed``."""
        if self.is_public or self.space is None:
            return ""
        return str(
            _("Only members of this space can see this.") if self.space.is_private else _("Every member can see this.")
        )


class CollectionItemQuerySet(models.QuerySet["CollectionItem"]):
    def visible_to(self, user: Any) -> Self:
        """In a collection that the person may see, and of a resource that they may read."""
        return self.filter(
            collection__in=Collection.objects.visible_to(user).values("pk"),
            resource__in=ResourcePage.objects.visible_to(user).order_by().values("pk"),
        )

    def listed(self) -> Self:
        return self.select_related("resource")


class CollectionItem(models.Model):
    """A resource in a collection, and why it is there. Places may have gaps; two with the same place keep their age's order."""

    sort_order_field = "position"  # Wagtail's inline panel lets editors order by it

    # No index of its own: the unique pair and the order both begin with it.
    collection = ParentalKey(Collection, on_delete=models.CASCADE, db_index=False, related_name="items")
    resource = models.ForeignKey(
        ResourcePage, models.CASCADE, related_name="collection_items", verbose_name=_("resource")
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    note = models.CharField(_("why it is here"), max_length=200, blank=True, help_text=_("One line."))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    objects = CollectionItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "resource"],
                name="collected_once",
                violation_error_message=_("This resource is in the collection already."),
            )
        ]
        indexes = [models.Index(fields=["collection", "position"], name="items_in_order")]

    def __str__(self) -> str:
        return f"item {self.pk}"
