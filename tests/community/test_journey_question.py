"""Journey 2: a member asks, an expert is reminded after two working days, the accepted answer becomes a resource."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from belonging.accounts.models import User
from belonging.notifications.models import Notification
from belonging.outbox.models import OutgoingEmail
from community.models import ExpertRequest, Topic
from community.working_days import after_working_days
from resources.models import ResourcePage


def tick(at: datetime) -> None:
    call_command("tick", at=at.isoformat(), stdout=StringIO())


def user(login: str) -> User:
    return User.objects.get(email=f"{login}@demo.example")


def reminders(expert: User, topic: Topic) -> int:
    return Notification.objects.filter(user=expert, reason="nudge", url=topic.get_absolute_url()).count()


def test_a_question_finds_its_expert_and_its_answer_the_library(client_of: Callable[[str], Client]) -> None:
    member, expert_client, admin = client_of("practitioner"), client_of("expert"), client_of("admin")
    expert, author = user("expert"), user("practitioner")

    # a member finds the expert, and the question becomes a topic that others can read
    profile = member.get(expert.get_absolute_url()).content.decode()
    address = f"/spaces/senco-network/new/?ask={expert.handle}"
    assert f"/topics/new/?ask={expert.handle}" in profile
    assert 'value="senco-network"' in member.get(f"/topics/new/?ask={expert.handle}").content.decode()
    assert member.get(f"/topics/new/?ask={expert.handle}&space=senco-network")["Location"] == address
    form = {
        "title": "How short is a handover?",
        "source": "For cover staff.",
        "strands": ["P10"],
        "token": str(uuid4()),
    }
    member.post(address, {**form, "kind": member.get(address).context["form"]["kind"].value()})
    topic = Topic.objects.get(title="How short is a handover?")
    request = ExpertRequest.objects.get(topic=topic)
    assert Notification.objects.filter(user=expert, reason="asked", url=topic.get_absolute_url()).count() == 1
    assert topic.title in expert_client.get("/topics/unanswered/?show=asked").content.decode()

    # nobody answers: the expert is reminded once after two working days, on the site and by mail
    assert request.nudge_at == after_working_days(request.asked_at)
    tick(request.nudge_at - timedelta(minutes=1))
    assert reminders(expert, topic) == 0
    tick(request.nudge_at)
    tick(request.nudge_at + timedelta(days=4))
    assert reminders(expert, topic) == 1
    assert OutgoingEmail.objects.filter(kind="expert_nudge", key=str(request.pk)).count() == 1

    # the expert answers, the member accepts, somebody else says that it helped
    expert_client.post(f"/topics/{topic.pk}/reply/", {"source": "One card. **Name, greeting, one thing.**"})
    post = topic.posts.get(number=2)
    member.post(f"/posts/{post.pk}/accept/")
    client_of("lead").post(f"/posts/{post.pk}/helped/")
    post.refresh_from_db()
    request.refresh_from_db()
    assert post.helped_count == 1
    assert request.answered_at == post.created_at
    assert topic.title not in expert_client.get("/topics/unanswered/?show=asked").content.decode()

    # one step makes a draft of it, which an editor publishes; both are credited
    page = member.get(topic.get_absolute_url()).content.decode()
    assert f'action="/topics/{topic.pk}/keep/"' in page
    member.post(f"/topics/{topic.pk}/keep/")
    draft = ResourcePage.objects.get(source_url=f"/topics/{topic.pk}/")
    assert admin.get(f"/admin/pages/{draft.pk}/edit/").status_code == 200
    assert Client().get(draft.get_url()).status_code == 404
    published = _publish(admin, draft)
    seen = client_of("lead").get(published.get_url()).content.decode()
    assert author.display_name in seen
    assert expert.display_name in seen
    assert "One card." in seen
    assert f'<a href="{published.get_url()}">' in member.get(topic.get_absolute_url()).content.decode()
    assert published.title in member.get(expert.get_absolute_url()).content.decode()


def _publish(admin: Client, draft: ResourcePage) -> Any:
    """As an editor does it: approves what was sent to moderation."""
    task = draft.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", task.pk])
    assert admin.post(url, {"comment": ""}).status_code in {200, 302}
    return ResourcePage.objects.get(pk=draft.pk, live=True)


def test_the_demo_s_question_is_old_enough_to_be_brought_up(demo: None) -> None:
    now = datetime.now(tz=UTC)
    topic = Topic.objects.get(slug="supply-staff-on-a-return")

    assert ExpertRequest.objects.get(topic=topic).nudge_at <= now
    tick(now)
    assert reminders(user("expert"), topic) == 1


def test_the_reminder_is_a_mail_that_can_be_stopped(demo: None, settings: Any) -> None:
    now = datetime.now(tz=UTC)
    tick(now)
    OutgoingEmail.objects.exclude(kind="expert_nudge").delete()

    call_command("drain_outbox", stdout=StringIO())

    sent = next(message for message in mail.outbox if "What do you tell supply staff" in message.subject)
    assert sent.to == ["expert@demo.example"]
    assert "List-Unsubscribe" in sent.extra_headers
