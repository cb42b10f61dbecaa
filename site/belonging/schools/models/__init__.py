from belonging.schools.models.membership import Invitation, Membership
from belonging.schools.models.programme import (
    Milestone,
    MilestoneProgress,
    Organisation,
    OrganisationRole,
    Programme,
    ProgrammeRole,
    ProgrammeSchool,
)
from belonging.schools.models.school import ImportRun, School

__all__ = [
    "ImportRun",
    "Invitation",
    "Membership",
    "Milestone",
    "MilestoneProgress",
    "Organisation",
    "OrganisationRole",
    "Programme",
    "ProgrammeRole",
    "ProgrammeSchool",
    "School",
]
