"""How a command hands a one-time password over."""

from typing import Any

from accounts.models import User


def print_once(out: Any, user: User, password: str) -> None:
    """
    Write the address and the password of `user` to the stream `out`; they are written nowhere else.
    """
    out.write(f"Email: {user.email}")
    out.write(f"One-time password: {password}")
    out.write(
        "It must be changed at the first sign-in, until "
        f"{user.temporary_password_expires_at:%Y-%m-%d %H:%M} UTC."
    )
