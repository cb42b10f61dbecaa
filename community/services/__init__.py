"""What changes in the community: one module for each subject, one verb for each function."""

from community.services.asking import TooMany, ask, ask_for_the_forgotten, nudge_experts, pass_on
from community.services.errors import AlreadyMember, NotOpen
from community.services.following import follow, mark_all_read, mark_seen, mute
from community.services.hiding import hide_post, hide_topic, restore_post
from community.services.keeping import CannotKeep, MorePublic, keep
from community.services.posting import edit_post, reply, start_topic
from community.services.reacting import accept, helped, thank
from community.services.spaces import decide_request, is_member, join, leave
from community.services.telling import readers_among

__all__ = [
    "AlreadyMember",
    "CannotKeep",
    "MorePublic",
    "NotOpen",
    "TooMany",
    "accept",
    "ask",
    "ask_for_the_forgotten",
    "decide_request",
    "edit_post",
    "follow",
    "helped",
    "hide_post",
    "hide_topic",
    "is_member",
    "join",
    "keep",
    "leave",
    "mark_all_read",
    "mark_seen",
    "mute",
    "nudge_experts",
    "pass_on",
    "readers_among",
    "reply",
    "restore_post",
    "start_topic",
    "thank",
]
