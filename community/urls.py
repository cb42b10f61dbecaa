from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from community.views import acting, attaching, drafting, keeping, moderating, spaces, topics, writing

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [
    path("spaces/", spaces.spaces, name="spaces"),
    path("spaces/members/<int:membership_id>/decide/", spaces.decide, name="decide"),
    path("spaces/<slug:slug>/", spaces.space, name="space"),
    path("spaces/<slug:slug>/new/", writing.new_topic, name="new_topic"),
    path("spaces/<slug:slug>/join/", spaces.join, name="join"),
    path("spaces/<slug:slug>/leave/", spaces.leave, name="leave"),
    path("topics/", topics.topics, name="topics"),
    path("topics/read/", acting.mark_all_read, name="mark_all_read"),
    path("topics/<int:topic_id>/reply/", writing.reply, name="reply"),
    path("topics/<int:topic_id>/follow/", acting.follow, name="follow"),
    path("topics/<int:topic_id>/moderate/", moderating.moderate_topic, name="moderate_topic"),
    path("topics/<int:topic_id>/seen/", acting.seen, name="seen"),
    path("topics/<int:topic_id>/", topics.topic, name="topic_short"),
    path("topics/<int:topic_id>/<slug:slug>/", topics.topic, name="topic"),
    path("posts/<int:post_id>/edit/", writing.edit_post, name="edit_post"),
    path("posts/<int:post_id>/thank/", acting.thank, name="thank"),
    path("posts/<int:post_id>/helped/", acting.helped, name="helped"),
    path("posts/<int:post_id>/accept/", acting.accept, name="accept"),
    path("posts/<int:post_id>/", keeping.post, name="post"),
    path("posts/<int:post_id>/delete/", keeping.delete_post, name="delete_post"),
    path("posts/<int:post_id>/history/", keeping.history, name="history"),
    path("spaces/<slug:slug>/moderate/", moderating.moderate_space, name="moderate_space"),
    path("topics/new/", writing.choose_space, name="choose_space"),
    path("topics/mention/", drafting.mention, name="mention"),
    path("drafts/save/", drafting.save, name="save_draft"),
    path("drafts/preview/", drafting.preview, name="preview"),
    path("drafts/restore/<str:key>/", drafting.restore, name="restore"),
    path("drafts/<int:draft_id>/delete/", drafting.throw_away, name="throw_away"),
    path("drafts/<int:draft_id>/other/", drafting.change_over, name="change_over"),
    path("me/drafts/", drafting.mine, name="drafts"),
    path("attachments/add/", attaching.attach, name="attach"),
    path("attachments/<uuid:key>/", attaching.attachment, name="attachment"),
]
