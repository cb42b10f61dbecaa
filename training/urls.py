from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from training import views

app_name = "training"
urlpatterns: list[URLPattern | URLResolver] = [
    path("training/courses/<int:course_id>/enrol/", views.enrol, name="enrol"),
    path("training/lessons/<int:lesson_id>/done/", views.lesson_done, name="lesson_done"),
    path("training/modules/<int:module_id>/quiz/", views.quiz, name="quiz"),
    path("certificates/<uuid:certificate_id>/", views.certificate, name="certificate"),
]
