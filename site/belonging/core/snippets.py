"""Snippets whose rows are not all for everybody who may open the admin's list of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from wagtail.snippets.views import snippets
from wagtail.snippets.views.snippets import SnippetViewSet


class _OfRow:
    """Wagtail's views of one snippet ask for the permission on the model alone; these ask for the row's as well."""

    row_action = "view"

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not self.user_has_permission_for_instance(self.row_action, found):  # type: ignore[attr-defined]
            raise Http404
        return found


class _EditView(_OfRow, snippets.EditView):
    row_action = "change"


class _DeleteView(_OfRow, snippets.DeleteView):
    row_action = "delete"


class _UsageView(_OfRow, snippets.UsageView):
    pass


class _HistoryView(_OfRow, snippets.HistoryView):
    pass


class RowSnippetViewSet(SnippetViewSet):
    """For a model with a permission policy that looks at the row. ``get_queryset`` says which of them are listed; a copy
    of a row is not made, as whoever may not see one could read it so."""

    copy_view_enabled = False
    edit_view_class = _EditView
    delete_view_class = _DeleteView
    usage_view_class = _UsageView
    history_view_class = _HistoryView
