from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """How allauth meets our house."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """How allauth's second factors meet our house."""
