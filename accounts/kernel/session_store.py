"""Where the session cookie's contents live: our Session table, by digest."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.kernel import session_rows
from accounts.models import Organization, Session

KEY_LENGTH = 32


def digest(session_key: str) -> str:
    """Return what the table holds in place of the cookie's value."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """
    Django's database sessions, with two limits (idle and absolute) and without usable keys in the
    table.

    `row` is the Session behind this cookie, or None before anything is stored. `organization` are
    the settings that were read with it, None where nothing was.
    """

    row: Session | None = None
    organization: Organization | None = None
    _written: bytes | None = None  # the contents as this request has stored them

    @property
    def stored(self) -> Session:
        """The row, of a session that has one."""
        if self.row is None:
            raise LookupError("Nothing of this session is stored.")
        return self.row

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = session_rows.find(digest(self.session_key or ""))
        self.row, self.organization = found or (None, None)
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def create(self, **columns: Any) -> None:
        """
        Give the session a new key; the person and the time of the sign-in stay with it. `columns`
        are what else its row says from the beginning.
        """
        before, now = self.row, timezone.now()
        self.row = Session(
            expire_date=now + timedelta(hours=settings.SESSION_HOURS),
            last_seen_at=now,
            started_at=now,
        )
        if before:
            for field in ("user_id", "expire_date", "started_at", "address", "user_agent"):
                setattr(self.row, field, getattr(before, field))
        for field, value in columns.items():
            setattr(self.row, field, value)
        self.row.public_id = uuid.uuid4()
        super().create()

    def cycle_key(self) -> None:
        """
        Keep the key of somebody's session, and with it the row and the cookie.

        Django asks for another at the first request after SECRET_KEY was changed. Every other
        request under way carries the former key, as does a browser that never got this answer; they
        would be signed out. What a sign-in needs against fixation is done by `sessions.start`.
        """
        if self.row is None or self.row.user_id is None:
            super().cycle_key()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = self.stored
        # Of Django, and not in its stubs.
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        row.session_key = digest(key)
        row.session_data = self.encode(data)
        return row

    def _get_new_session_key(self) -> str:
        """Draw a key. Two of 165 bits are never alike, so nobody is asked whether it is taken."""
        return get_random_string(KEY_LENGTH, VALID_KEY_CHARS)

    def save(self, must_create: bool = False) -> None:
        """
        Store the contents. A session that was ended while its request ran stays ended and is not
        made anew.
        """
        if self.session_key is None:
            return self.create()
        contents = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        written = self.serializer().dumps(contents)
        if must_create:
            self.create_model_instance(contents).save(force_insert=True)
        elif written != self._written:
            rows = Session.objects.filter(session_key=digest(self.session_key))
            rows.update(session_data=self.encode(contents))
        self._written = written

    def delete(self, session_key: str | None = None) -> None:
        session_key = session_key or self.session_key
        if session_key:
            Session.objects.filter(session_key=digest(session_key)).delete()

    def flush(self) -> None:
        super().flush()
        self.row = None
