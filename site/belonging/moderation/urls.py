from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from belonging.moderation.views import appeals, public, queue

app_name = "moderation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("moderation/", queue.queue, name="queue"),
    path("moderation/report/<slug:kind>/<int:object_id>/", public.report, name="report"),
    path("moderation/complaint/", public.complaint, name="complaint"),
    path("moderation/cases/<int:case_id>/", queue.case, name="case"),
    path("moderation/cases/<int:case_id>/claim/", queue.claim, name="claim"),
    path("moderation/cases/<int:case_id>/give-back/", queue.give_back, name="give_back"),
    path("moderation/cases/<int:case_id>/decide/", queue.decide, name="decide"),
    path("moderation/cases/<int:case_id>/answer/", queue.answer, name="answer"),
    path("moderation/cases/<int:case_id>/undo/", queue.undo, name="undo"),
    path("moderation/cases/<int:case_id>/escalate/", queue.escalate, name="escalate"),
    path("moderation/people/<slug:handle>/", queue.person, name="person"),
    path("moderation/restrictions/<int:restriction_id>/lift/", queue.lift, name="lift"),
    path("moderation/appeal/<slug:kind>/<int:pk>/", appeals.appeal, name="appeal"),
    path("moderation/appeals/<int:appeal_id>/", appeals.appeal_case, name="appeal_case"),
    path("transparency/", public.transparency_page, name="transparency"),
    path("transparency.csv", public.transparency_csv, name="transparency_csv"),
]
