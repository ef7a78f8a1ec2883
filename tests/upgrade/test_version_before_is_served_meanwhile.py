"""
An upgrade while people work: the version before serves and works its queue on the new schema, beside the new one.

Both are started as operators start them. What was begun at one version ends at the other: sign-ins, forced changes,
links in mails, opened forms, an import and a bulk change whose worker is killed half-way, mails that wait. At the end
nothing is lost, nothing was done twice, and nobody met a fault.
"""

import pytest

from tests.upgrade.story import CROWD, PEOPLE, TEMPORARY, TO_DO, Story, Traffic

pytestmark = pytest.mark.postgresql

FAR = f"{CROWD} of {CROWD} worked off"
INVITED, DEACTIVATED = (
    "SELECT count(*) FROM accounts_invitation",
    "SELECT count(*) FROM accounts_user WHERE NOT is_active",
)
# As if the worker had been killed a while ago.
LONG_AGO = "UPDATE django_tasks_database_dbtaskresult SET started_at = now() - interval '1 hour' WHERE status = 'RUNNING'"
QUEUE_IS_EMPTY = f"SELECT count(*) = 0 FROM django_tasks_database_dbtaskresult WHERE {TO_DO}"
OLD_QUEUE_IS_EMPTY = f"{QUEUE_IS_EMPTY} AND queue_name = 'default'"  # all that a worker of the version before looks at


def test_nothing_is_lost_and_nobody_meets_a_fault(installation):
    old, new = installation.old, installation.new
    old.manage("migrate", "--verbosity", "0")
    old.manage("collectstatic", "--no-input", "--verbosity", "0")
    old.seed(PEOPLE)
    story = Story(installation)

    old.start_web()
    begun = before_the_upgrade(story)
    with Traffic(story, old):
        new.manage("migrate", "--verbosity", "0")
        on_the_new_schema(story)
    new.start_web()
    installation.write(LONG_AGO)
    new.start_worker()
    with Traffic(story, old, new):
        what_was_begun_goes_on(story, begun)
        from_one_to_the_other(story)
    new.stop_worker()
    old.start_worker()
    with Traffic(story, old, new):
        jobs = with_the_old_worker(story)
        new.start_worker()
        with_both_workers(story, jobs)
    old.stop()
    ada = story.sign_in(new, "ada@example.com")
    changes_at(story, ada)
    story.look_around(ada)
    installation.wait_until(QUEUE_IS_EMPTY)
    new.stop()

    lost = story.lost()
    assert not lost, "\n".join(lost)


def before_the_upgrade(story):
    """The version before is alone. Return what is under way when the upgrade begins."""
    old, at = story.old, story.at
    ada = story.sign_in(old, "ada@example.com")
    begun = {"ada": ada}
    for name in ("forced there", "forced here"):
        email = story.member()
        story.reset(ada, email)
        begun[name] = (email, story.sign_in(old, email, TEMPORARY))
    email = story.member()
    begun["form"] = (email, ada.get(at.path_of(email) + "edit/"))
    begun["link"], begun["invited"] = story.member(), "invited.before@example.com"

    begun["import"] = story.import_people(ada, "guest", CROWD, "invite")
    killed_when(story, f"SELECT ({INVITED}) > 20")
    crowd = [f"v{number}@example.com" for number in range(CROWD)]
    told = ("user.deactivated", "your account was deactivated")
    begun["bulk"] = story.change_many(ada, "crowd", "deactivate", crowd, *told)
    killed_when(story, f"SELECT ({DEACTIVATED}) > 20")
    assert at.value(INVITED) < CROWD, "the import was over too soon"
    assert at.value(DEACTIVATED) < CROWD, "the bulk change was over too soon"

    story.ask_for_link(old, begun["link"])
    story.invite(ada, begun["invited"])
    return begun


def killed_when(story, condition):
    """Have the worker of the version before begin, and be killed in the middle."""
    story.old.start_worker()
    story.at.wait_until(condition)
    story.old.kill_worker()


def on_the_new_schema(story):
    """The version before goes on alone; no worker runs, so all that it queues is found by the new one."""
    grace = story.sign_in(story.old, "grace@example.com")
    story.look_around(grace)
    changes_at(story, grace)
    story.import_people(grace, "fresh", 5, "create")


def what_was_begun_goes_on(story, begun):
    """The new version is there, too, and its worker is the only one."""
    new, ada = story.new, begun["ada"]
    email, forced = begun["forced there"]
    story.choose_own(forced.at(new), email)
    email, forced = begun["forced here"]
    story.choose_own(forced, email)
    email, form = begun["form"]
    story.rename(form, ada.at(new), email)
    story.wait_for(ada, begun["import"], FAR)
    story.wait_for(ada, begun["bulk"], FAR)
    story.use_link(new, begun["link"])
    story.join(new, begun["invited"])
    story.look_around(ada.at(story.old))


def from_one_to_the_other(story):
    """Each version ends what the other began."""
    for first, then in ((story.old, story.new), (story.new, story.old)):
        admin = story.sign_in(first, "grace@example.com")
        story.look_around(admin.at(then))
        changes_at(story, admin)
        email = story.member()
        story.reset(admin.at(first), email)
        story.choose_own(story.sign_in(first, email, TEMPORARY).at(then), email)
        email = story.member()
        form = admin.get(story.at.path_of(email) + "edit/")
        story.rename(form, admin.at(then), email)
        story.ask_for_link(first, email)
        story.use_link(then, email)
        invited = f"invited.at.{first.name}@example.com"
        story.invite(admin.at(first), invited)
        story.look_around(story.join(then, invited).at(first), ("/profile/",))


def with_the_old_worker(story):
    """Only the worker of the version before runs; return the pages of jobs that were begun at either version."""
    jobs = []
    for version in (story.old, story.new):
        admin = story.sign_in(version, "ada@example.com")
        changes_at(story, admin)
        jobs.append(story.import_people(admin, f"made.at.{version.name}", 5, "create"))
        story.ask_for_link(version, story.member())
    story.at.wait_until(OLD_QUEUE_IS_EMPTY)
    return jobs


def with_both_workers(story, jobs):
    ada = story.sign_in(story.new, "ada@example.com")
    for job in jobs:
        story.wait_for(ada, job, "5 of 5 worked off")
    for version in (story.old, story.new):
        name = f"made.at.{version.name}"
        emails = [f"{name}{number}@example.com" for number in range(5)]
        told = ("password.reset_by_admin", "your password was reset")
        page = story.change_many(ada.at(version), name, "reset_password", emails, *told)
        story.wait_for(ada, page, "5 of 5 worked off")
        jobs.append(page)
        changes_at(story, ada)
    for job, version in zip(jobs, (story.new, story.old, story.new, story.old), strict=True):
        assert story.take_passwords(ada.at(version), job).count("@example.com") == 5


def changes_at(story, admin):
    """Do to one person what an Admin does; each change is recorded, and told by mail."""
    email = story.member()
    story.change_role(admin, email)
    story.deactivate_and_back(admin, email)
    story.reset(admin, email)
