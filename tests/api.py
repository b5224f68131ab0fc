"""What a program sends to the API."""

import json
import uuid
from typing import Any

from django.test import Client

from portal.ground.models import User
from portal.ground.tokens import make_token

EXPENSES = "/api/v1/expenses/"
CHECK = "/api/v1/expenses/check/"


def token_for(user: User, scope: str = "write") -> str:
    """Make a token of a person and return its secret."""
    return make_token(user, label="Accounting", scope=scope, actor=user)[1]


class Program:
    """Asks with the token of a person, in a language; `key` is what makes a creation safe to send twice."""

    def __init__(self, user: User, scope: str = "write", language: str = "en") -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {token_for(user, scope)}", "Accept-Language": language}

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(address, query, headers=self.headers)

    def post(self, address: str, body: Any, key: str | None = "", **headers: str) -> Any:
        """Send JSON; what is a text already is sent as it is."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        keyed = {} if key is None else {"Idempotency-Key": key or str(uuid.uuid4())}
        return self.client.post(address, text, "application/json", headers=self.headers | keyed | headers)

    def errors(self, body: Any, address: str = EXPENSES) -> dict[str, list[str]]:
        """Return the sentences by field with which what was sent is refused."""
        response = self.post(address, body)
        assert response.status_code == 422, response.content
        return response.json()["errors"]


def paid(activity: Any, source: Any, /, **fields: Any) -> dict[str, Any]:
    """Return an expense of 100 euro in May 2024 as JSON holds it."""
    usual = {"description": "Bus", "amount": "100.00", "spent_on": "2024-05-14"}
    return {"activity": activity.slug, "source": source.slug} | usual | fields
