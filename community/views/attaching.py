"""Uploads of a message, and the view that hands them out after asking who wants them."""

from __future__ import annotations

import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from belonging.core.errors import BelongingError
from belonging.core.forms import error_list
from belonging.files.serving import file_response
from community import guarding
from community.forms import AttachForm
from community.keeping import writing_needs_sign_in
from community.models import Attachment
from community.services import attachments
from community.writing import markdown_for_file


class AttachFailed(Exception):
    """The upload was not kept; ``form`` holds the errors beside their fields."""

    def __init__(self, form: AttachForm, status: int) -> None:
        super().__init__()
        self.form, self.status = form, status


def attach_from(request: HttpRequest) -> str:
    """Keep the file that came with the request and return how it stands in a message. Raises ``AttachFailed``."""
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        raise AttachFailed(form, 422)
    upload, alt = form.cleaned_data["file"], form.cleaned_data["alt"]
    try:
        guarding.check(request.user, "upload")
        made = attachments.attach(request.user, upload, name=upload.name, alt=alt)
    except guarding.Refused as refused:
        form.add_error("file", str(refused))
        raise AttachFailed(form, refused.status) from refused
    except BelongingError as error:
        form.add_error("file", str(error))
        raise AttachFailed(form, 422) from error
    url = reverse("community:attachment", args=[made.key])
    return markdown_for_file(made.file.name if made.file else alt, url, picture=made.image_id is not None)


@require_POST
@writing_needs_sign_in
def attach(request: HttpRequest) -> JsonResponse:
    """For scripts: the Markdown to insert, or the errors as pairs of a control's id and words."""
    try:
        return JsonResponse({"markdown": attach_from(request), "said": _("Added to your message.")})
    except AttachFailed as failed:
        return JsonResponse({"errors": error_list(failed.form)}, status=failed.status)


@require_safe
def attachment(request: HttpRequest, key: uuid.UUID) -> HttpResponse | FileResponse:
    """A picture is shown, any other file is a download under its own name."""
    found = Attachment.objects.visible_to(request.user).select_related("image", "file").filter(key=key).first()
    if found is None:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    if found.image:
        return file_response(found.image.file)
    if found.file:
        return file_response(found.file.file, name=found.file.name)
    raise Http404
