"""
What becomes of what is stored: each subject says it of its tables, in its module `lifecycle`, which
is found at the start.

Where a table holds somebody or a secret, and nothing is to be done, the reason stands in place of
the function.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from accounts.kernel.kept_query import When
from accounts.kernel.queue import tasks

Step = Callable[[], object]
Outstanding = Callable[[When], models.QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Lifecycle:
    """
    What becomes of the rows of `model`.

    `people` are the fields that say something of somebody, `secrets` those that let somebody in or
    are derived from what does, `harmless` those that only look like either. `tidy()` comes again
    and again; `erase(known)` is part of the deletion of an account, see `users.erasure`, and comes
    before the account is locked where rows of jobs are; `revoke_after_restore()` ends what may have
    been ended since the backup. `outstanding` are querysets, each made by a function of a moment,
    of what would let somebody in then, by kind.
    """

    model: type[models.Model]
    people: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    tidy: Step | str = ""
    erase: Callable[[Any], object] | str = ""
    is_of_jobs: bool = False
    revoke_after_restore: Step | str = ""
    outstanding: Mapping[str, Outstanding] = field(default_factory=dict)


DECLARED: dict[type[models.Model], Lifecycle] = {}


def declare(model: type[models.Model], **what: Any) -> None:
    """Say what becomes of a table, see `Lifecycle`."""
    declared = DECLARED[model] = Lifecycle(model=model, **what)
    if not isinstance(declared.tidy, str):
        tasks.recurring(declared.tidy)


def erase(known: Any, *, of_jobs: bool) -> None:
    """Erase what the tables say of whom is `known`: those of jobs, or all others."""
    for lifecycle in DECLARED.values():
        if not isinstance(lifecycle.erase, str) and lifecycle.is_of_jobs == of_jobs:
            lifecycle.erase(known)


def revoke_after_restore(tables: Collection[str]) -> None:
    """
    End what may have been ended since the backup, all or nothing.

    `tables` are the names of those that are there: a backup of an older version has not all of
    them.
    """
    with transaction.atomic():
        for model, lifecycle in DECLARED.items():
            revoke = lifecycle.revoke_after_restore
            if not isinstance(revoke, str) and model._meta.db_table in tables:
                revoke()


def outstanding() -> dict[str, Outstanding]:
    """
    Return the functions that make a queryset of what would let somebody in at a moment, by kind.
    """
    return {
        kind: found
        for lifecycle in DECLARED.values()
        for kind, found in lifecycle.outstanding.items()
    }
