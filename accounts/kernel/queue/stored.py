"""
Tasks that the version before left in the queue: by which path it called them, and what it did not
call its arguments.

Kept for one release. A row is added where a task moves, is called something else, or names its
arguments anew.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stored:
    """
    What stands in the queue: `path` is where the task is now, `names` are those of its arguments by
    position.

    `fixed` are arguments that it has now, and did not need then.
    """

    path: str
    names: tuple[str, ...] = ()
    fixed: dict[str, str] = field(default_factory=dict)


JOBS = "accounts.kernel.jobs"
VERSION_BEFORE = {
    "accounts.actions.bulk.collect": Stored(f"{JOBS}.prepare", ("job_id",), {"kind": "bulk"}),
    "accounts.actions.bulk.run": Stored(f"{JOBS}.run", ("job_id",), {"kind": "bulk"}),
    "accounts.actions.imports.run": Stored(f"{JOBS}.run", ("job_id",), {"kind": "import"}),
    "accounts.actions.passwords.issue_reset_link": Stored(
        "accounts.passwords.actions.issue_reset_link", ("email", "address", "user_agent")
    ),
    "accounts.actions.sent_forms.erase_answer": Stored(
        "accounts.kernel.sent_forms.erase_answer", ("sent_id",)
    ),
    "accounts.actions.uploads.check": Stored(f"{JOBS}.prepare", ("job_id",), {"kind": "import"}),
    "accounts.delivery.deliver": Stored(
        "accounts.kernel.outbox.deliver", ("name", "user_id", "facts", "tries")
    ),
}
# It tidied in one task that planned the next, and looked for inactive users in one that queued the
# rest, which `check_daily` does on its own; whoever takes over drops the last of them.
RETIRED = {"accounts.housekeeping.tidy", "accounts.actions.dormancy.check"}
