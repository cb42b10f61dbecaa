from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from community import space_views, views

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [
    path("spaces/", space_views.spaces, name="spaces"),
    path("spaces/members/<int:membership_id>/decide/", space_views.decide, name="decide"),
    path("spaces/<slug:slug>/", space_views.space, name="space"),
    path("spaces/<slug:slug>/new/", views.new_topic, name="new_topic"),
    path("spaces/<slug:slug>/join/", space_views.join, name="join"),
    path("spaces/<slug:slug>/leave/", space_views.leave, name="leave"),
    path("topics/", views.topics, name="topics"),
    path("topics/<int:topic_id>/reply/", views.reply, name="reply"),
    path("topics/<int:topic_id>/follow/", views.follow, name="follow"),
    path("topics/<int:topic_id>/seen/", views.seen, name="seen"),
    path("topics/<int:topic_id>/", views.topic, name="topic_short"),
    path("topics/<int:topic_id>/<slug:slug>/", views.topic, name="topic"),
    path("posts/<int:post_id>/edit/", views.edit_post, name="edit_post"),
    path("posts/<int:post_id>/thank/", views.thank, name="thank"),
    path("posts/<int:post_id>/accept/", views.accept, name="accept"),
]
