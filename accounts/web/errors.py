"""
Which page and which status a kind of DomainError gives; the sentence on it is `words/sentences.py`.
"""

from dataclasses import dataclass

from accounts.kernel import errors


@dataclass(frozen=True)
class Answer:
    """
    A status, its template where it is not the usual one of the status, and the code for programs
    likewise.
    """

    status: int
    template: str = ""
    code: str = ""


# The nearest ancestor counts. What a subject shows more of on a page of its own, its views catch
# before.
_BY_KIND = {
    errors.NotFound: Answer(404),
    errors.NotPermitted: Answer(403),
    errors.ProofRequired: Answer(403, "errors/proof_required.html", "proof_required"),
    errors.Conflict: Answer(409),
    errors.Invalid: Answer(422),
    errors.TooMany: Answer(429),
    errors.Unavailable: Answer(503),
    errors.LinkInvalid: Answer(410),
}
# Of these the page has something more to say.
_BY_CODE = {
    "mail_is_off": Answer(409, "errors/mail_is_off.html"),
    "other_key": Answer(409, "errors/other_key.html", "other_key"),
    "too_many_mails": Answer(429, "errors/too_many_mails.html"),
}


def answer(error):
    """Return the Answer to a DomainError."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return next(_BY_KIND[kind] for kind in type(error).__mro__ if kind in _BY_KIND)
