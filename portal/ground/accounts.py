"""Sign-in: accounts are made by an administrator, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up; the rest is allauth's own."""

    def is_open_for_signup(self, request):
        return False
