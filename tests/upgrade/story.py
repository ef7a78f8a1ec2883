"""What people do during an upgrade, and what must have come of it: each entry of the trail and each mail, once."""

import re
import threading
from collections import Counter

from tests.upgrade.browser import Browser
from tests.upgrade.installation import PASSWORD, wait_until

OWN, TEMPORARY = "a sentence of their own making", "maple-orbit-canyon-thrift"
OWN_TWICE = {"new_password": OWN, "confirm_password": OWN}
CROWD = 120  # people of a bulk change, and rows of an import: enough for a worker to be killed in the middle
MEMBERS = 40
PEOPLE = [
    ("ada@example.com", "Ada Lovelace", "admin"),
    ("grace@example.com", "Grace Hopper", "admin"),
    *((f"m{number}@example.com", f"Member {number}", "member") for number in range(MEMBERS)),
    *((f"v{number}@example.com", f"Crowd {number}", "viewer") for number in range(CROWD)),
    ("traffic@example.com", "Somebody Busy", "admin"),
]
PAGES = (
    "/users/",
    "/users/?q=crowd",
    "/users/?role=viewer&status=active",
    "/users/?sort=-last_sign_in",
    "/users/bulk/",
    "/users/dormant/",
    "/roles/",
    "/audit/",
    "/mail/",
    "/invitations/",
    "/imports/",
    "/organization/",
    "/credentials/",
    "/profile/",
    "/profile/sessions/",
    "/profile/ledger/",
    "/health/ready",
)
# Each of these leaves one entry about the person; of an invitation, about nobody, whose address is kept apart.
COUNTED = """
    SELECT event.action, coalesce(target.email, personal.data ->> 'email', ''), count(*)
    FROM accounts_auditevent event
    LEFT JOIN accounts_user target ON target.id = event.target_id
    LEFT JOIN accounts_personaldetail personal ON personal.event_id = event.id
    WHERE event.outcome = 'done' AND split_part(event.action, '.', 1) IN ('session', 'password', 'user', 'invitation')
    GROUP BY 1, 2"""
# What is for now, and not for later, stands in the queue with a time in the year 9999.
TO_DO = "(status = 'RUNNING' OR status = 'READY' AND run_after > '9000-01-01')"
LEFT = f"""
    SELECT task_path, status, exception_class_path FROM django_tasks_database_dbtaskresult
    WHERE status = 'FAILED' OR {TO_DO}"""


class Story:
    """What people do at either version; `events` and `mails` are what must come of it, and how often."""

    def __init__(self, installation):
        self.at, self.old, self.new = installation, installation.old, installation.new
        self.events, self.mails = Counter(), Counter()
        self.numbers = iter(range(MEMBERS))

    def member(self):
        """Return the address of a member to whom nothing has happened yet."""
        return f"m{next(self.numbers)}@example.com"

    def sign_in(self, version, email, password=PASSWORD):
        browser = Browser(version)
        browser.post("/sign-in/", {"email": email, "password": password})
        self.events["session.signed_in", email] += 1
        return browser

    def look_around(self, browser, pages=PAGES):
        for path in pages:
            browser.get(path)

    def reset(self, admin, email):
        """Have an Admin give somebody the TEMPORARY password."""
        admin.post(
            self.at.path_of(email) + "reset-password/", {"new_password": TEMPORARY}, expects=200
        )
        self._comes("password.reset_by_admin", email, "your password was reset")

    def choose_own(self, browser, email):
        """Have somebody who signed in with the TEMPORARY password choose their own."""
        browser.post("/password/change/", OWN_TWICE)
        self._comes("password.forced_change_done", email, "your password was changed")
        browser.get("/profile/")

    def ask_for_link(self, version, email):
        Browser(version).post("/forgot-password/", {"email": email})
        self._comes("password.reset_requested", email, "choose a new password")

    def use_link(self, version, email):
        """Have somebody open the link in their mail, choose a password, and sign in with it."""
        path = re.search(r"/reset/\S+", self.at.mails.wait_for(email, "choose a new password"))[0]
        browser = Browser(version)
        choose = browser.get(path, expects=302).location
        browser.post(choose, OWN_TWICE)
        self._comes("password.reset_by_link", email, "your password was changed")
        self.sign_in(version, email, OWN)

    def invite(self, admin, email):
        admin.post(
            "/invitations/new/", {"addresses": email, "role": "member", "step": "mail"}, expects=200
        )
        self._is_invited(email)

    def join(self, version, email):
        """Have whoever was invited open the link in their mail and become a user; return their browser."""
        path = re.search(
            r"/join/\S+", self.at.mails.wait_for(email, "you are invited to your organization")
        )[0]
        browser = Browser(version)
        join = browser.get(path, expects=302).location
        browser.post(join, {"full_name": "Somebody New", **OWN_TWICE})
        self.events["invitation.accepted", email] += 1
        self.events["user.created", email] += 1
        return browser

    def change_role(self, admin, email):
        admin.post(self.at.path_of(email) + "role/", {"role": "viewer"})
        self._comes("user.role_changed", email, "your role was changed")

    def deactivate_and_back(self, admin, email):
        admin.post(self.at.path_of(email) + "deactivate/")
        self._comes("user.deactivated", email, "your account was deactivated")
        admin.post(self.at.path_of(email) + "activate/")
        self._comes("user.activated", email, "your account was activated")

    def rename(self, form, admin, email):
        """Have an Admin send the form on which a name is edited, which was opened before."""
        admin.send(form, {"full_name": "Somebody Else"})
        self.events["user.edited", email] += 1

    def import_people(self, admin, stem, count, mode):
        """Have a file with `count` people imported; return where its page is."""
        lines = "".join(
            f"{stem}{number}@example.com,{stem.title()} {number},viewer\n"
            for number in range(count)
        )
        page = admin.post("/imports/", {"file": f"email,name,role\n{lines}".encode()}).location
        self.wait_for(admin, page, f"{count} rows are good")
        admin.post(page, {"mode": mode}, to=f"{page}start/")
        for number in range(count):
            email = f"{stem}{number}@example.com"
            if mode == "invite":
                self._is_invited(email)
            else:
                self.events["user.created", email] += 1
        return page

    def change_many(self, admin, search, action, emails, event, subject):
        """Have a bulk change made for everybody whom the list's search finds, who have these addresses."""
        choose = {"scope": "everything", "action": action}
        page = admin.send(
            admin.get(f"/users/?q={search}"), choose, to="/users/bulk/choose/"
        ).location
        self.wait_for(admin, page, f"{len(emails)} people")
        admin.post(page, to=f"{page}start/")
        for email in emails:
            self._comes(event, email, subject)
        return page

    def wait_for(self, browser, path, text):
        wait_until(lambda: browser.get(path).says(text), f"“{text}” on {path}")

    def take_passwords(self, browser, page):
        """Have the temporary passwords of a finished job handed over; return the text of the file."""
        return browser.post(page, {"format": "csv"}, to=f"{page}passwords/", expects=200).text

    def lost(self):
        """Return what is missing, was done twice or went wrong, as lines for people; [] where all is well."""
        found = Counter({(action, email): count for action, email, count in self.at.rows(COUNTED)})
        lines = [*self.old.faults(), *self.new.faults()]
        lines += [f"a task is left: {row}" for row in self.at.rows(LEFT)]
        lines += _differences("entry", self.events, found)
        return lines + _differences("mail", self.mails, self.at.mails.count())

    def _comes(self, event, email, subject):
        self.events[event, email] += 1
        self.mails[email, f"Vectice Admin: {subject}"] += 1

    def _is_invited(self, email):
        self._comes("invitation.sent", email, "you are invited to your organization")


class Traffic:
    """A context in which somebody keeps signing in, looking around and signing out, at these versions in turn."""

    def __init__(self, story, *versions):
        self.story, self.versions, self.over, self.fault = story, versions, threading.Event(), None
        self.thread = threading.Thread(target=self._go_on, daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, kind, *_error):
        self.over.set()
        self.thread.join()
        if self.fault and kind is None:
            raise self.fault

    def _go_on(self):
        try:
            while not self.over.wait(1):
                for version, then in zip(self.versions, self.versions[::-1], strict=True):
                    browser = self.story.sign_in(version, "traffic@example.com")
                    self.story.look_around(browser.at(then), ("/users/", "/audit/", "/profile/"))
                    browser.post("/profile/", to="/sign-out/")
                    self.story.events["session.signed_out", "traffic@example.com"] += 1
        except (AssertionError, OSError) as fault:
            self.fault = fault


def _differences(what, expected, found):
    wrong = [key for key in sorted({*expected, *found}) if expected[key] != found[key]]
    return [f"{what} {key}: {found[key]} times instead of {expected[key]}" for key in wrong]
