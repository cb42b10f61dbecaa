from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from questionnaire import views

app_name = "questionnaire"
urlpatterns: list[URLPattern | URLResolver] = [
    path("q/", views.enter, name="enter"),
    path("q/<str:code>/", views.answer, name="answer"),
    path("schools/<int:school_id>/questionnaire/", views.overview, name="overview"),
    path("schools/<int:school_id>/questionnaire/<int:round_id>/", views.one_round, name="round"),
    path("schools/<int:school_id>/questionnaire/<int:round_id>/codes/", views.make_codes, name="codes"),
    path("schools/<int:school_id>/questionnaire/<int:round_id>/close/", views.close, name="close"),
]
