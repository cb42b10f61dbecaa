"""What changes in the community: one module for each subject, one verb for each function."""

from community.services.errors import AlreadyMember, LastFacilitator, NobodyThere, NotOpen
from community.services.following import (
    change_level,
    follow,
    follow_other,
    mark_all_read,
    mark_seen,
    mute,
    set_topic_level,
)
from community.services.hiding import hide_post, hide_topic, restore_post
from community.services.posting import edit_post, reply, start_topic
from community.services.quiet import ask_about_quiet_spaces, close_space, keep_open, reopen_space
from community.services.reacting import accept, helped, thank
from community.services.spaces import (
    add_member,
    change_space,
    decide_request,
    is_member,
    join,
    keepers,
    leave,
    remove_member,
    set_role,
    welcome_read,
)
from community.services.telling import readers_among

__all__ = [
    "AlreadyMember",
    "LastFacilitator",
    "NobodyThere",
    "NotOpen",
    "accept",
    "add_member",
    "ask_about_quiet_spaces",
    "change_level",
    "change_space",
    "close_space",
    "decide_request",
    "edit_post",
    "follow",
    "follow_other",
    "helped",
    "hide_post",
    "hide_topic",
    "is_member",
    "join",
    "keep_open",
    "keepers",
    "leave",
    "mark_all_read",
    "mark_seen",
    "mute",
    "readers_among",
    "remove_member",
    "reopen_space",
    "reply",
    "restore_post",
    "set_role",
    "set_topic_level",
    "start_topic",
    "thank",
    "welcome_read",
]
