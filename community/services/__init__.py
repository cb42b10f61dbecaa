"""What changes in the community: one module for each subject, one verb for each function."""

from community.services.asking import TooMany, ask, ask_for_the_forgotten, nudge_experts, pass_on
from community.services.attachments import hide_attachment, remove_unposted_of, sweep_uploads
from community.services.deleting import delete_post
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
from community.services.keeping import CannotKeep, MorePublic, keep
from community.services.moderating import CannotModerate, Decision, decide_topic, move_topic
from community.services.posting import edit_post, reply, start_topic
from community.services.quiet import ask_about_quiet_spaces, close_space, keep_open, reopen_space
from community.services.reacting import accept, helped, thank
from community.services.rearranging import merge_topic, split_topic
from community.services.remaking import remake_posts, remake_welcomes
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
    "CannotKeep",
    "CannotModerate",
    "Decision",
    "LastFacilitator",
    "MorePublic",
    "NobodyThere",
    "NotOpen",
    "TooMany",
    "accept",
    "add_member",
    "ask",
    "ask_about_quiet_spaces",
    "ask_for_the_forgotten",
    "change_level",
    "change_space",
    "close_space",
    "decide_request",
    "decide_topic",
    "delete_post",
    "edit_post",
    "follow",
    "follow_other",
    "helped",
    "hide_attachment",
    "hide_post",
    "hide_topic",
    "is_member",
    "join",
    "keep",
    "keep_open",
    "keepers",
    "leave",
    "mark_all_read",
    "mark_seen",
    "merge_topic",
    "move_topic",
    "mute",
    "nudge_experts",
    "pass_on",
    "readers_among",
    "remake_posts",
    "remake_welcomes",
    "remove_member",
    "remove_unposted_of",
    "reopen_space",
    "reply",
    "restore_post",
    "set_role",
    "set_topic_level",
    "split_topic",
    "start_topic",
    "sweep_uploads",
    "thank",
    "welcome_read",
]
