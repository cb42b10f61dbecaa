from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from community.views import acting, feeds, following, space_members, space_settings, spaces, topics, writing

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [
    path("spaces/", spaces.spaces, name="spaces"),
    path("spaces/members/<int:membership_id>/decide/", space_members.decide, name="decide"),
    path("spaces/<slug:slug>/", spaces.space, name="space"),
    path("spaces/<slug:slug>/new/", writing.new_topic, name="new_topic"),
    path("spaces/<slug:slug>/join/", spaces.join, name="join"),
    path("spaces/<slug:slug>/leave/", spaces.leave, name="leave"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<int:topic_id>/reply/", writing.reply, name="reply"),
    path("topics/<int:topic_id>/follow/", acting.follow, name="follow"),
    path("topics/<int:topic_id>/seen/", acting.seen, name="seen"),
    path("topics/<int:topic_id>/", topics.topic, name="topic_short"),
    path("topics/<int:topic_id>/<slug:slug>/", topics.topic, name="topic"),
    path("posts/<int:post_id>/edit/", writing.edit_post, name="edit_post"),
    path("posts/<int:post_id>/thank/", acting.thank, name="thank"),
    path("posts/<int:post_id>/accept/", acting.accept, name="accept"),
    path("spaces/members/<int:membership_id>/role/", space_members.role, name="member_role"),
    path("spaces/members/<int:membership_id>/remove/", space_members.remove, name="remove_member"),
    path("spaces/<slug:slug>/members/", space_members.members, name="members"),
    path("spaces/<slug:slug>/welcomed/", spaces.welcomed, name="welcomed"),
    path("spaces/<slug:slug>/settings/", space_settings.settings, name="space_settings"),
    path("spaces/<slug:slug>/quiet/", space_settings.quiet, name="quiet"),
    path("spaces/<slug:slug>/follow/", following.follow_space, name="follow_space"),
    path("spaces/<slug:slug>/feed.atom", feeds.space_feed, name="space_feed"),
    path("members/<slug:handle>/follow/", following.follow_person, name="follow_person"),
    path("tags/<path:tag>/", following.tag, name="tag"),
    path("me/following/", following.mine, name="following"),
    path("me/following/<int:follow_id>/", following.change, name="change_follow"),
    path("me/feeds/", feeds.mine, name="feeds"),
    path("me/feeds/renew/", feeds.renew, name="renew_feeds"),
    path("topics/feed.atom", feeds.topics_feed, name="topics_feed"),
    path("topics/<int:topic_id>/feed.atom", feeds.topic_feed, name="topic_feed"),
]
