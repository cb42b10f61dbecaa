from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from belonging.outbox import kinds, services


@csrf_exempt  # RFC 8058: the mail program posts it, without a session; the signed token can do nothing else
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, as mail scanners follow links; POST stops one kind of mail, at once."""
    read = services.read_token(token)
    if read is None:
        raise Http404
    user_id, name = read
    kind = kinds.all_kinds().get(name)
    if kind is None or kind.transactional:
        raise Http404
    if request.method == "POST":
        services.unsubscribe(user_id=user_id, kind=name)
        return render(request, "outbox/unsubscribed.html", {"label": kind.label})
    return render(request, "outbox/unsubscribe.html", {"label": kind.label})
