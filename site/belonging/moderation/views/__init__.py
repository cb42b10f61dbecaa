"""The pages of moderation: for everybody, for moderators, and for the person a decision is about."""

from __future__ import annotations
