"""Every DomainError has a status, a page and words in each language; nothing else comes out of the domain."""

import importlib
import pkgutil
from types import SimpleNamespace

import pytest
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.template.loader import get_template
from django.utils import translation

import accounts
from accounts.kernel.decisions import Denial, Denied
from accounts.kernel.errors import Conflict, DomainError, Invalid, NotPermitted
from accounts.kernel.policy import Permission
from accounts.tabular.limits import NotATable, TableFault
from accounts.web import errors
from accounts.web.words import sentences

pytestmark = pytest.mark.django_db

# Nobody calls these: they end a task of the worker, and stand in its log.
OF_THE_WORKER = {"TryAgain", "WorkerKilled", "LinkWaitedTooLong", "UnknownMail", "NotAllChecked"}
OF_DJANGO = (ObjectDoesNotExist, MultipleObjectsReturned)
STATUS = {
    "NotFound": 404,
    "NotPermitted": 403,
    "ProofRequired": 403,
    "Conflict": 409,
    "Invalid": 422,
    "TooMany": 429,
    "Unavailable": 503,
    "LinkInvalid": 410,
}


FACTS = {"name": "Ada", "line": 3, "column": "email", "sheet": "One", "count": 7, "most": 5}


def below(cls):
    return {cls, *(deeper for child in cls.__subclasses__() for deeper in below(child))}


@pytest.fixture(scope="module")
def all_errors():
    for module in pkgutil.walk_packages(accounts.__path__, "accounts."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
    return sorted(below(DomainError) - {DomainError}, key=lambda cls: cls.__name__)


def examples(cls):
    """Return an error of each code of a class, without what only the database has."""
    if cls is NotPermitted:
        return [NotPermitted(Denied(code, Permission.SEE_USERS, FACTS)) for code in Denial]
    if cls is NotATable:
        return [NotATable(code, **FACTS) for code in TableFault]
    error = cls.__new__(cls)
    error.code, error.field, error.seconds, error.facts = cls.code, None, 90, FACTS
    error.user = SimpleNamespace(full_name="Ada", is_active=True, get_role_display=lambda: "Admin")
    return [error]


def test_each_says_why_in_both_languages(all_errors):
    silent = []
    for error in (one for cls in all_errors for one in examples(cls)):
        said = set()
        for language in ("en", "fr"):
            with translation.override(language):
                said.add(str(sentences.of(error)))
        if len(said) < 2 or "" in said or any("%(" in sentence for sentence in said):
            silent.append((type(error).__name__, error.code, said))
    assert (silent, len(all_errors) > 25) == ([], True)


def test_each_has_the_status_of_its_kind_and_a_page(all_errors):
    for cls in all_errors:
        kind = next(base.__name__ for base in cls.__mro__ if base.__name__ in STATUS)
        for error in examples(cls):
            answer = errors.answer(error)
            assert (cls.__name__, answer.status) == (cls.__name__, STATUS[kind])
            assert get_template(answer.template or f"errors/{answer.status}.html")


def test_nothing_else_is_raised_on_purpose(all_errors):
    ours = {cls for cls in below(Exception) if cls.__module__.startswith("accounts.")}
    others = {cls.__name__ for cls in ours - set(all_errors) if not issubclass(cls, OF_DJANGO)}
    assert others == {"DomainError", *OF_THE_WORKER}


def test_no_two_have_the_same_code_but_by_inheriting_it(all_errors):
    own = [cls.code for cls in all_errors if isinstance(vars(cls).get("code"), str)]
    assert sorted(own) == sorted(set(own))


class TestInvalid:
    def test_alone_is_its_own_fault(self):
        fault = Invalid("one", "name", least=3)
        assert (fault.faults, fault.codes, fault.facts) == ((fault,), ["one"], {"least": 3})

    def test_holds_several_in_their_order(self):
        assert Invalid(faults=[Invalid("one"), Invalid("two")]).codes == ["one", "two"]

    def test_can_be_said_of_a_field_with_all_it_knows(self):
        both = Invalid(faults=[Invalid("one"), Invalid("two", "name", least=3)]).about("password")
        assert [(fault.code, fault.field, fault.facts) for fault in both.faults] == [
            ("one", "password", {}),
            ("two", "password", {"least": 3}),
        ]


def test_a_code_is_what_a_log_shows():
    assert str(Conflict()) == "conflict"
