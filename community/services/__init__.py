"""What changes in the community: one module for each subject, one verb for each function."""

from community.services.attachments import hide_attachment, remove_unposted_of, sweep_uploads
from community.services.deleting import delete_post
from community.services.errors import AlreadyMember, NotOpen
from community.services.following import follow, mark_all_read, mark_seen, mute
from community.services.hiding import hide_post, hide_topic, restore_post
from community.services.moderating import CannotModerate, Decision, decide_topic, move_topic
from community.services.posting import edit_post, reply, start_topic
from community.services.reacting import accept, helped, thank
from community.services.rearranging import merge_topic, split_topic
from community.services.spaces import decide_request, is_member, join, leave
from community.services.telling import readers_among

__all__ = [
    "AlreadyMember",
    "CannotModerate",
    "Decision",
    "NotOpen",
    "accept",
    "decide_request",
    "decide_topic",
    "delete_post",
    "edit_post",
    "follow",
    "helped",
    "hide_attachment",
    "hide_post",
    "hide_topic",
    "is_member",
    "join",
    "leave",
    "mark_all_read",
    "mark_seen",
    "merge_topic",
    "move_topic",
    "mute",
    "readers_among",
    "remove_unposted_of",
    "reply",
    "restore_post",
    "split_topic",
    "start_topic",
    "sweep_uploads",
    "thank",
]
