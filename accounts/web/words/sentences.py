"""A DomainError in the reader's language, and each thing that is wrong with what somebody typed."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.kernel.errors import NotPermitted
from accounts.kernel.text.markup import asis, filled
from accounts.tabular.limits import NotATable
from accounts.web.words import import_faults, refusals

_BAD_REQUEST = _(
    "The address or the form contains something that does not belong there. "
    "Go back and try once more."
)
_BY_CODE = {
    "not_found": _("The address is mistyped, or what it showed is gone."),
    "proof_required": _(
        "This asks for your password anew. Sign out, sign in again, and repeat it."
    ),
    "conflict": _("Somebody was faster"),
    "stale": _("Somebody was faster"),
    "job_done_before": _("This was done before, or somebody else has stopped it."),
    "settings_changed": _("Somebody else changed the settings meanwhile"),
    "attempt_over": _("The email or password is wrong."),
    "mail_is_off": _("Mails are turned off in the organization's settings. Nothing was sent."),
    "other_key": _("This was sealed with another secret key of the product. Nothing was deleted."),
    "sent_before": _("You sent this form before"),
    "unavailable": _(
        "The server is busy or a part of it is away. Try again in a few seconds; "
        "nothing was half done."
    ),
    "link_invalid": _("It was used, ended or replaced, or was not copied completely."),
    "invalid": _BAD_REQUEST,
    "not_a_cursor": _BAD_REQUEST,
    "not_an_address": _(
        "Enter an email address like name@example.com. Letters before the @ must be unaccented."
    ),
    "address_taken": _("There is a user with this address already."),
    "already_invited": _("This person is invited already."),
    "too_many_addresses": _(
        "These are %(count)d addresses. Send %(most)d at most at a time, or import them."
    ),
    "nobody_left": _("Nobody is left: all who were chosen are left out."),
    "nobody_chosen": _("Nobody is selected. Tick the boxes beside the people, or take everybody."),
    "nothing_to_import": _("No row can be imported. Mend the file, and send it again."),
    "view_name_taken": _("You have a view of this name."),
    "too_many_views": _("You have 50 views. Delete one first."),
    "wrong_credentials": _("The email or password is wrong."),
    "temporary_password_expired": _(
        "This temporary password has expired. Ask an Admin for a new one, or use "
        "“Forgot Password?”."
    ),
    "name_length": _("Enter a name of 1 to 150 characters."),
    "domain_not_accepted": _("Only addresses of these domains are accepted: %(domains)s."),
    "password_too_long": _("This is too long: 4096 bytes at most."),
    "password_has_nul": _("A password cannot contain a NUL character."),
    "password_too_common": _("It is in lists of passwords that attackers try first."),
    "password_too_similar": _("It is made of the person's name or address, which others know."),
    "password_about_us": _(
        "It is made of the name of the organization or of this product, which others know."
    ),
    "wrong_current_password": _("This is not your current password."),
    "password_as_before": _("This is the password you have now. Choose another one."),
    "password_as_given": _(
        "This is the temporary password, which others have seen. Choose one that only you know."
    ),
    "no_domain": _("“%(word)s” is no domain."),
    "own_address_cut_off": _("Your own address must stay among the accepted ones."),
}


def of(error):
    """Return the sentence for a DomainError."""
    if isinstance(error, NotPermitted):
        return refusals.why(error.denied)
    if isinstance(error, NotATable):
        return import_faults.of_file(error.code, error.facts)
    if error.code in _WITH_FACTS:
        return _WITH_FACTS[error.code](error)
    return _BY_CODE[error.code] % error.facts


def try_again_in(seconds):
    """Return the sentence that says when to try again."""
    minutes = -(-seconds // 60)
    words = ngettext(
        "Try again in %(minutes)d minute.", "Try again in %(minutes)d minutes.", minutes
    )
    return words % {"minutes": minutes}


def _account_changed(error):
    user = error.user
    state = _("active") if user.is_active else _("deactivated")
    facts = {"name": asis(user.full_name), "role": user.get_role_display(), "state": str(state)}
    return filled(
        _("%(name)s was changed since your page was opened: role %(role)s, %(state)s now."), **facts
    )


def _too_short(error):
    least = error.facts["least"]
    words = ngettext(
        "It is too short: use at least %(min_length)d character.",
        "It is too short: use at least %(min_length)d characters.",
        least,
    )
    return words % {"min_length": least}


def _too_many(error):
    return try_again_in(error.seconds)


_WITH_FACTS = {
    "account_changed": _account_changed,
    "too_many_tries": _too_many,
    "too_many_mails": _too_many,
    "password_too_short": _too_short,
}
