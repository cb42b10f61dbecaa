from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from community.views import acting, asking, queue, spaces, topics, writing

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [
    path("spaces/", spaces.spaces, name="spaces"),
    path("spaces/members/<int:membership_id>/decide/", spaces.decide, name="decide"),
    path("spaces/<slug:slug>/", spaces.space, name="space"),
    path("spaces/<slug:slug>/new/", writing.new_topic, name="new_topic"),
    path("spaces/<slug:slug>/join/", spaces.join, name="join"),
    path("spaces/<slug:slug>/leave/", spaces.leave, name="leave"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<int:topic_id>/reply/", writing.reply, name="reply"),
    path("topics/<int:topic_id>/follow/", acting.follow, name="follow"),
    path("topics/<int:topic_id>/seen/", acting.seen, name="seen"),
    path("topics/unanswered/", queue.unanswered, name="unanswered"),
    path("topics/new/", asking.new_anywhere, name="new_anywhere"),
    path("topics/<int:topic_id>/ask/", asking.ask, name="ask"),
    path("topics/<int:topic_id>/pass/", asking.pass_on, name="pass_on"),
    path("topics/<int:topic_id>/keep/", asking.keep, name="keep"),
    path("topics/<int:topic_id>/", topics.topic, name="topic_short"),
    path("topics/<int:topic_id>/<slug:slug>/", topics.topic, name="topic"),
    path("posts/<int:post_id>/edit/", writing.edit_post, name="edit_post"),
    path("posts/<int:post_id>/thank/", acting.thank, name="thank"),
    path("posts/<int:post_id>/accept/", acting.accept, name="accept"),
    path("posts/<int:post_id>/helped/", asking.helped, name="helped"),
]
