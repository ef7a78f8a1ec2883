"""Adding, editing and deleting people."""

from functools import partial

from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

import accounts.passwords.temporary
from accounts.kernel import policy
from accounts.kernel.policy import Permission
from accounts.kernel.text.markup import asis, filled
from accounts.users import actions, forms, queries
from accounts.web import handover, links, responses, shown_once


@responses.read_and_post
def add(request):
    policy.require(request.actor, Permission.CREATE_USER)
    form = forms.Add(
        request.POST if request.method == "POST" else None,
        suggestion=accounts.passwords.temporary.generate(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            return shown_once.answer(
                request,
                "add-user",
                partial(_add, request, form.cleaned_data),
                partial(handover.handover, request),
            )
        except ValidationError as fault:
            form.add_error(None if hasattr(fault, "error_dict") else "new_password", fault)
        except actions.AddressTaken:
            form.add_error("email", _("There is a user with this address already."))
    return responses.answer(request, "users/add_user.html", form)


def _add(request, typed, keep):
    person = {name: typed[name] for name in ("email", "full_name", "role")}
    new = actions.prepare(actor=request.actor, password=typed["new_password"], **person)
    actions.add(
        new,
        actor=request.actor,
        keep=lambda *added: keep(added[0].public_id, **handover.facts(*added, is_new=True)),
    )


@responses.read_and_post
def edit(request, user_id):
    person = queries.get(user_id, actor=request.actor, for_=Permission.EDIT_USER)
    initial = {"full_name": person.full_name, "email": person.email, "version": person.version}
    form = forms.Edit(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        version = typed.pop("version")
        try:
            actions.edit(person.pk, actor=request.actor, expected_version=version, **typed)
            responses.notify(request, _("The changes were saved."))
            return redirect(links.keeping_place(request, person.get_absolute_url()))
        except ValidationError as fault:
            form.add_error(None, fault)
        except actions.AddressTaken:
            form.add_error("email", _("There is a user with this address already."))
    return responses.answer(request, "users/edit_user.html", form, person=person)


@responses.read_and_post
def delete(request, user_id):
    person = queries.get(user_id, actor=request.actor, for_=Permission.DELETE_USER)
    form = forms.Delete(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.delete(person.pk, actor=request.actor, reason=form.cleaned_data["reason"])
        responses.notify(request, filled(_("%(name)s was deleted."), name=asis(person.full_name)))
        return redirect(links.users_list(request))
    return responses.answer(request, "users/delete_user.html", form, person=person)
