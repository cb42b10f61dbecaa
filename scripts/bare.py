"""The yardstick of `make bench`: a one-file Django site with the usual middleware. One query, twenty rows, one template.

It reads the same database through models of its own and knows nothing of the rest of the project.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site")]

import django  # noqa: E402
from django.conf import settings  # noqa: E402

from belonging.core import env  # noqa: E402

LIST = """<!doctype html><html lang="en"><head><title>{{ space }}</title></head><body><h1>{{ space }}</h1><ul>
{% for topic in topics %}<li><a href="/topics/{{ topic.id }}/{{ topic.slug }}/">{{ topic.title }}</a>
{% if topic.pinned %}<b>pinned</b>{% endif %}{% if topic.locked %}<b>locked</b>{% endif %} by {{ topic.author.name }},
{{ topic.last_post_at|date:"j F Y, H:i" }}, {{ topic.reply_count }} replies</li>
{% endfor %}</ul></body></html>"""
TOPIC = """<!doctype html><html lang="en"><head><title>{{ topic.title }}</title></head><body><h1>{{ topic.title }}</h1>
{% for post in posts %}<article><h2>{{ post.author.name }}</h2><p>{{ post.created_at|date:"j F Y, H:i" }} #{{ post.number }}</p>
{% autoescape off %}{{ post.html }}{% endautoescape %}{% if post.edited_at %}<p>edited</p>{% endif %}</article>
{% endfor %}</body></html>"""

settings.configure(
    SECRET_KEY="bare" * 20,
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {**env.database(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": 60}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    ROOT_URLCONF=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"list.html": LIST, "topic.html": TOPIC})],
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
            },
        }
    ],
    USE_TZ=True,
    TIME_ZONE="Europe/London",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Author(models.Model):
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=40)

    class Meta:
        app_label, db_table, managed = "bare", "accounts_user", False

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    space_id = models.BigIntegerField()
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80)
    author = models.ForeignKey(Author, models.CASCADE)
    pinned = models.BooleanField()
    locked = models.BooleanField()
    hidden = models.BooleanField()
    created_at = models.DateTimeField()
    last_post_at = models.DateTimeField()
    reply_count = models.PositiveIntegerField()
    first_words = models.CharField(max_length=240)

    class Meta:
        app_label, db_table, managed = "bare", "community_topic", False

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    topic = models.ForeignKey(Topic, models.CASCADE)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Author, models.CASCADE)
    html = models.TextField()
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "bare", "community_post", False

    def __str__(self) -> str:
        return str(self.number)


def string(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def topic_list(request: HttpRequest, space_id: int) -> HttpResponse:
    topics = Topic.objects.filter(space_id=space_id, hidden=False).select_related("author")
    return render(request, "list.html", {"space": space_id, "topics": topics.order_by("-last_post_at", "-id")[:20]})


def topic_page(request: HttpRequest, topic_id: int) -> HttpResponse:
    posts = Post.objects.filter(topic_id=topic_id, number__lte=20).select_related("author").order_by("number")
    return render(request, "topic.html", {"topic": Topic.objects.get(pk=topic_id), "posts": posts})


urlpatterns = [
    path("string/", string),
    path("list/<int:space_id>/", topic_list),
    path("topic/<int:topic_id>/", topic_page),
]
application = get_wsgi_application()
