"""Sending the forms of partnerships' records, as whoever writes them down does."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from portal.ground.carry import author_token
from portal.ground.models import User


def sender(client: Client, user: User) -> Callable[..., Any]:
    """Return a function that sends a form as `user`, in English, and returns its errors or None."""
    client.cookies["django_language"] = "en"

    def post(name: str, *args: Any, **fields: Any) -> Any:
        data = {"author": author_token(user), **fields}
        response = client.post(reverse(f"partnerships:{name}", args=args), data)
        return None if response.status_code == 302 else response.context["form"].errors

    post.client = client  # type: ignore[attr-defined]
    return post
