"""One address of every kind of page, with somebody who may see it. Browser tests, ceilings and the search for other hosts share it."""

from __future__ import annotations

PAGES: dict[str, tuple[str, str]] = {
    "home for visitors": ("visitor", "/"),
    "standard page": ("visitor", "/how-it-works/"),
    "programme page": ("visitor", "/belonging-matters-programme/"),
    "strategy page": ("visitor", "/marlshire-belonging-strategy/"),
    "consultation page": ("visitor", "/marlshire-consultation/"),
    "framework": ("visitor", "/framework/"),
    "strand": ("visitor", "/framework/P11/"),
    "library": ("visitor", "/library/?strand=P11&strand=P8"),
    "library with nothing": ("visitor", "/library/?q=zzzzzz"),
    "resource": ("visitor", "/library/planning-a-return-to-school/"),
    "collections": ("visitor", "/library/collections/"),
    "collections of an editor": ("admin", "/library/collections/"),
    "collection": ("visitor", "/library/collections/start-with-these/"),
    "collection of a space": ("lead", "/library/collections/senco-network/"),
    "collection to change": ("moderator", "/library/collections/senco-network/"),
    "resource to collect": ("moderator", "/library/planning-a-return-to-school/"),
    "space with a collection": ("lead", "/spaces/senco-network/"),
    "space without a collection": ("moderator", "/spaces/pupil-voice/"),
    "training": ("visitor", "/training/"),
    "course": ("lead", "/training/listening-to-pupils/"),
    "lesson": ("lead", "/training/listening-to-pupils/why-and-whom/asked-heard-influence/"),
    "quiz": ("lead", "/training/modules/{module}/quiz/"),
    "events": ("lead", "/events/"),
    "event": ("lead", "/events/expert-clinic-nisha-raman/"),
    "full event": ("practitioner", "/events/cluster-safe-places-walk/"),
    "spaces": ("visitor", "/spaces/"),
    "space": ("lead", "/spaces/belonging-matters-cohort/"),
    "door of a closed space": ("stranger", "/spaces/belonging-matters-cohort/"),
    "space looked after": ("moderator", "/spaces/belonging-matters-cohort/"),
    "members of a space": ("moderator", "/spaces/belonging-matters-cohort/members/"),
    "settings of a space": ("moderator", "/spaces/belonging-matters-cohort/settings/"),
    "quiet space": ("moderator", "/spaces/belonging-matters-cohort/quiet/"),
    "tag": ("lead", "/tags/cohort/"),
    "followed and muted": ("lead", "/me/following/"),
    "feed addresses": ("lead", "/me/feeds/"),
    "start a topic": ("lead", "/spaces/senco-network/new/"),
    "choose a space": ("lead", "/topics/new/"),
    "drafts": ("lead", "/me/drafts/"),
    "topics": ("lead", "/topics/"),
    "no unanswered topics": ("lead", "/topics/?show=unanswered"),
    "topic": ("lead", "/topics/{topic}/{topic_slug}/"),
    "moderate a topic": ("moderator", "/topics/{topic}/moderate/"),
    "moderate a space": ("moderator", "/spaces/marlshire-task-and-finish/moderate/"),
    "history of a post": ("moderator", "/posts/{post}/history/"),
    "waiting for an answer": ("lead", "/topics/unanswered/"),
    "no question waits here": ("lead", "/topics/unanswered/?strand=F1"),
    "waiting for my strengths": ("expert", "/topics/unanswered/?show=strengths"),
    "asked of you": ("expert", "/topics/unanswered/?show=asked"),
    "nothing asked of you": ("stranger", "/topics/unanswered/?show=asked"),
    "ask somebody": ("practitioner", "/topics/{asked_topic}/ask/"),
    "pass a question on": ("expert", "/topics/{asked_topic}/pass/"),
    "question that waits": ("practitioner", "/topics/{asked_topic}/"),
    "answer ready to keep": ("lead", "/topics/{answered_topic}/"),
    "start a topic anywhere": ("lead", "/topics/new/?ask={member}"),
    "ask a member": ("lead", "/spaces/senco-network/new/?ask={member}"),
    "resource from an answer": ("lead", "/library/eye-gaze-and-voting-how-long-should-you-wait/"),
    "nobody fits": ("lead", "/members/?q=zzzzzz"),
    "dashboard": ("lead", "/"),
    "dashboard of a stranger": ("stranger", "/"),
    "search": ("lead", "/search/?q=attendance"),
    "search with nothing": ("lead", "/search/?q=zzzzzz"),
    "members": ("lead", "/members/"),
    "member": ("lead", "/members/{member}/"),
    "own page": ("lead", "/me/"),
    "profile form": ("lead", "/me/profile/"),
    "own data": ("lead", "/me/data/"),
    "notifications": ("lead", "/me/notifications/"),
    "notification settings": ("lead", "/me/notifications/settings/"),
    "schools": ("lead", "/schools/"),
    "school": ("lead", "/schools/{school}/"),
    "school to join": ("stranger", "/schools/{school}/"),
    "team": ("lead", "/schools/{school}/team/"),
    "audit": ("lead", "/schools/{school}/audit/"),
    "indicator": ("lead", "/schools/{school}/audit/{round}/P11.3/"),
    "plan": ("lead", "/schools/{school}/plan/"),
    "action": ("lead", "/schools/{school}/plan/{action}/"),
    "figures": ("lead", "/schools/{school}/data/"),
    "questionnaire": ("lead", "/schools/{school}/questionnaire/"),
    "open round": ("lead", "/schools/{school}/questionnaire/{open_round}/"),
    "results": ("lead", "/schools/{school}/questionnaire/{closed_round}/"),
    "programme": ("manager", "/programmes/belonging-matters-demo-cohort/"),
    "moderation": ("moderator", "/moderation/"),
    "moderation for leads": ("safeguarding", "/moderation/"),
    "nothing of mine": ("moderator", "/moderation/?show=mine"),
    "appeals": ("moderator", "/moderation/?show=appeals"),
    "decided cases": ("safeguarding", "/moderation/?show=decided"),
    "case": ("moderator", "/moderation/cases/{case}/"),
    "case nobody opened": ("safeguarding", "/moderation/cases/{harm_case}/"),
    "appeal": ("safeguarding", "/moderation/appeals/{appeal}/"),
    "moderated person": ("moderator", "/moderation/people/{member}/"),
    "complaint": ("visitor", "/moderation/complaint/"),
    "report": ("lead", "/moderation/report/post/{post}/"),
    "transparency": ("visitor", "/transparency/"),
    "code": ("visitor", "/q/"),
    "questions begin": ("visitor", "/q/BCDFGHJK/"),
    "wrong code": ("visitor", "/q/ZZZZZZZZ/"),
    "language": ("visitor", "/language/"),
    "sign in": ("visitor", "/accounts/login/"),
    "join": ("visitor", "/accounts/signup/"),
    "forgotten password": ("visitor", "/accounts/password/reset/"),
    "second factors": ("lead", "/accounts/2fa/"),
    "sessions": ("lead", "/accounts/sessions/"),
    "not found": ("visitor", "/nothing-is-here/"),
    "style guide": ("visitor", "/styleguide/"),
    "certificate": ("visitor", "/certificates/{certificate}/"),
}


def parts() -> dict[str, object]:
    """What fills the braces, from the demo."""
    from audit.models import Action
    from audit.models import Round as AuditRound
    from belonging.accounts.models import User
    from belonging.moderation.models import Appeal, Case
    from belonging.schools.models import School
    from community.models import Post, Topic
    from questionnaire.models import Round
    from training.models import Certificate, CoursePage, ModulePage

    school = School.objects.get(urn="900010")
    topic = (
        Topic.objects.get(slug="first-hour-back-no-cover")
        if Topic.objects.filter(slug="first-hour-back-no-cover")
        else None
    )
    topic = (
        topic or Topic.objects.filter(accepted_post__isnull=False, space__slug="attendance-and-ebsa").order_by("pk")[0]
    )
    course = CoursePage.objects.get(slug="listening-to-pupils")
    return {
        "school": school.pk,
        "round": AuditRound.objects.open().get(school=school).pk,
        "action": Action.objects.filter(school=school).order_by("pk")[0].pk,
        "open_round": Round.objects.filter(school=school, closed_at=None).order_by("pk")[0].pk,
        "closed_round": Round.objects.filter(school=school).exclude(closed_at=None).order_by("pk")[0].pk,
        "topic": topic.pk,
        "topic_slug": topic.slug,
        "asked_topic": Topic.objects.get(slug="supply-staff-on-a-return").pk,
        "answered_topic": Topic.objects.get(slug="school-council-neat-handwriting").pk,
        "post": Post.objects.filter(topic=topic, number=2)[0].pk,
        "member": User.objects.get(email="practitioner@demo.example").handle,
        "module": ModulePage.objects.child_of(course).order_by("path")[0].pk,
        "case": Case.objects.open().filter(kind="post", safeguarding_at=None).order_by("pk")[0].pk,
        "harm_case": Case.objects.open().exclude(safeguarding_at=None).order_by("pk")[0].pk,
        "appeal": Appeal.objects.order_by("pk")[0].pk,
        "certificate": Certificate.objects.order_by("issued_at")[0].pk,
    }
