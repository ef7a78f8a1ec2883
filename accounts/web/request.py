"""The request as the middleware hands it to a view; for annotations only."""

from django.http import HttpRequest

from accounts.kernel.actor import Actor
from accounts.kernel.session_store import SessionStore


class Request(HttpRequest):
    """
    Django's request, with who asks (`actor`), the browser's session and the reader's `language`.

    `kept_fields` and `kept_line` are there where a form that came too late is shown again.
    """

    actor: Actor
    session: SessionStore
    language: str
    kept_fields: dict[str, list[str]]
    kept_line: str
