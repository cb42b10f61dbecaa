"""Reports and cases, what was decided, who was restricted, and who appealed."""

from __future__ import annotations

from belonging.moderation.models.appeals import Appeal, AppealState
from belonging.moderation.models.cases import (
    COMPLAINT,
    Case,
    Complaint,
    Decision,
    Escalated,
    Evidence,
    Reason,
    Report,
    State,
    leads_safeguarding,
    may_moderate,
)
from belonging.moderation.models.restrictions import NO_END, Restriction, RestrictionKind

__all__ = [
    "COMPLAINT",
    "NO_END",
    "Appeal",
    "AppealState",
    "Case",
    "Complaint",
    "Decision",
    "Escalated",
    "Evidence",
    "Reason",
    "Report",
    "Restriction",
    "RestrictionKind",
    "State",
    "leads_safeguarding",
    "may_moderate",
]
