from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from events import views

app_name = "events"
urlpatterns: list[URLPattern | URLResolver] = [
    path("events/calendar.ics", views.public_calendar, name="calendar"),
    path("events/<int:event_id>/book/", views.book, name="book"),
    path("events/<int:event_id>/give-back/", views.give_back, name="give_back"),
    path("me/calendar/renew/", views.renew_calendar, name="renew_calendar"),
    path("me/calendar/<str:token>.ics", views.my_calendar, name="my_calendar"),
]
