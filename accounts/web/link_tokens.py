"""
A link that was opened, for the form behind it, whose address does not hold the token.

It waits in the visitor's session. That lies in the database and in every backup, so the token is
sealed there.
"""

from accounts.kernel.crypto import encryption


def keep(session, name, subject_id, token):
    """
    Note that the link `name` about `subject_id` was opened with `token`; only the last one is kept.
    """
    session[name] = [subject_id, encryption.seal(token)]


def token_of(session, name, subject_id):
    """
    Return the token that the link was opened with, or None where it was not (no cookie, another
    link opened since).

    It is "", good for nothing, where it cannot be unsealed: the version before kept it as it was.
    """
    known, box = session.get(name, ("", ""))
    if known != subject_id:
        return None
    try:
        return encryption.unseal(box)
    except encryption.OtherKey:
        return ""


def forget(session, name):
    """Forget the link, which was used."""
    session.pop(name, None)
