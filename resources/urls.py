from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from resources.views import collections, credits

app_name = "resources"
urlpatterns: list[URLPattern | URLResolver] = [
    path("credits/<int:credit_id>/", credits.credit, name="credit"),
    path("library/collections/", collections.index, name="collections"),
    path("library/collections/<slug:slug>/", collections.collection, name="collection"),
    path("library/collections/items/<int:item_id>/move/", collections.move, name="move_item"),
    path("library/collections/items/<int:item_id>/note/", collections.note, name="change_note"),
    path("library/collections/items/<int:item_id>/remove/", collections.remove, name="remove_item"),
    path("library/resources/<int:resource_id>/collect/", collections.collect, name="collect"),
]
