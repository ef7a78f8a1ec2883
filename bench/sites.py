"""How the journeys are made on either side, as requests ready to be sent."""

import itertools
from urllib.parse import urlencode

from bench.browser import Browser, UnexpectedAnswer
from bench.filling import PASSWORD
from bench.journeys import JOURNEYS

ROWS = 20  # a page, on both sides
ADMINS = 12  # who reset passwords in turn: the product lets each do 60 in ten minutes
NEW_PASSWORD = "another horse of the benchmark"


class Site:
    """
    A side. A subclass says where things stand; the Accounts are of people who are on both sides.
    """

    sign_in_path = forgot_path = address_field = person_link = ""
    reset_fields = {}
    reset_expects = failed_sign_in = None  # statuses

    def __init__(self, port, accounts, size):
        self.port, self.accounts, self.size = port, accounts, size
        self.admins = [self._signed_in(email) for email in accounts.admins[:ADMINS]]
        self.lists = self.list_paths()

    def requests(self, name, count):
        """Return `count` Requests for the journey of that name."""
        if JOURNEYS[name].is_list:
            return [self.admins[0].request("GET", self.lists[name])] * count
        return getattr(self, f"{name}_requests")(count)

    def rows(self, name):
        """Return how many people the page of that list shows."""
        return len(self.admins[0].get(self.lists[name]).hrefs(self.person_link))

    def list_page(self):
        """Return the first page of the list as it was sent, unpacked."""
        return self.admins[0].get(self.lists["first"]).body

    def person_requests(self, count):
        paths = itertools.cycle(self.people(5 * ROWS))
        return [self.admins[0].request("GET", next(paths)) for _ in range(count)]

    def reset_requests(self, count):
        """Each Admin opens the form of somebody else; only sending it is measured."""
        made = []
        for path, admin in zip(self.people(count), itertools.cycle(self.admins), strict=False):
            reset = self.reset_path(path)
            fields = admin.get(reset).fields | self.reset_fields
            made.append(admin.request("POST", reset, fields, expects=self.reset_expects))
        return made

    def sign_in_requests(self, count):
        emails = itertools.islice(itertools.cycle(self.accounts.admins), count)
        return self.sign_ins([(email, PASSWORD) for email in emails])

    def forgot_requests(self, count):
        return self.forgotten(itertools.islice(itertools.cycle(self.accounts.others), count))

    def sign_ins(self, pairs, *, succeed=True):
        """Return a sign-in for each pair of address and password."""
        expects = 302 if succeed else self.failed_sign_in
        return self._posts(self.sign_in_path, [self._credentials(*pair) for pair in pairs], expects)

    def forgotten(self, emails):
        """Return a request for a reset link for each address."""
        return self._posts(self.forgot_path, [{"email": email} for email in emails], 302)

    def visitor(self):
        """Return the browser of somebody who has opened the sign-in page."""
        browser = Browser(self.port)
        browser.get(self.sign_in_path)
        return browser

    def _posts(self, path, filled_in, expects):
        """
        Return a POST of the visitors' form at `path` for each dict of fields, each from another
        network.
        """
        visitor = Browser(self.port)
        form = visitor.get(path).fields
        return [
            visitor.elsewhere().request("POST", path, form | fields, expects=expects)
            for fields in filled_in
        ]

    def _credentials(self, email, password):
        return {self.address_field: email, "password": password}

    def _signed_in(self, email):
        browser = Browser(self.port)
        fields = browser.get(self.sign_in_path).fields
        browser.post(self.sign_in_path, fields | self._credentials(email, PASSWORD))
        return browser

    def people(self, count):
        """
        Return the paths of that many people who are no Admins (whose own reset would sign them
        out).
        """
        found = {}
        for page in self.pages_without_admins():
            found |= dict.fromkeys(page.hrefs(self.person_link))
            if len(found) >= count:
                return list(found)[:count]
        raise UnexpectedAnswer(f"There are only {len(found)} people to reset the password of.")


class Product(Site):
    """The product, through what its contract promises."""

    sign_in_path, forgot_path, address_field = "/sign-in/", "/forgot-password/", "email"
    person_link = r'(/users/[0-9a-f-]{36}/)[?"]'
    reset_expects = 200
    failed_sign_in = 422
    sorts = {"by_role": "role", "-by_role": "-role"}

    def list_paths(self):
        last = self._follow("/users/", "Last")
        paths = {"first": "/users/", "last": last, "before_last": self._follow(last, "Previous")}
        paths["rare"] = _list("/users/", q=rare(self.size))
        paths["common"] = _list("/users/", q="an")
        paths["role"] = _list("/users/", role="admin")
        paths["status"] = _list("/users/", status="deactivated")
        sorts = {
            name: self.sorts.get(name, name)
            for name, journey in JOURNEYS.items()
            if journey.kind == "sort"
        }
        return paths | {name: _list("/users/", sort=sort) for name, sort in sorts.items()}

    def pages_without_admins(self):
        path = _list("/users/", role="member")
        while path:
            page = self.admins[0].get(path)
            yield page
            path = _beside(path, page.links.get("Next"))

    def reset_path(self, person):
        return f"{person}reset-password/"

    def _follow(self, path, label):
        links = self.admins[0].get(path).links
        if label not in links:
            raise UnexpectedAnswer(f"{path}: there is no link {label} in nav.pagination.")
        return _beside(path, links[label])


class Peer(Site):
    """Django's own admin."""

    sign_in_path, forgot_path, address_field = "/admin/login/", "/forgot-password/", "username"
    person_link = r'(/(?:admin|dates)/auth/user/\d+/change/)[?"]'
    reset_fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "set-password": "1"}
    reset_expects = 302
    failed_sign_in = 200
    columns = {
        "name": 3,
        "email": 2,
        "by_role": 5,
    }  # of the stock list: first name, email, staff status
    dates = {"last_sign_in": 6, "created": 7}

    def list_paths(self):
        stock, last = "/admin/auth/user/", -(-self.size // ROWS)
        paths = {
            "first": stock,
            "last": _list(stock, p=last),
            "before_last": _list(stock, p=last - 1),
        }
        paths["rare"] = _list(stock, q=rare(self.size))
        paths["common"] = _list(stock, q="an")
        paths["role"] = _list(stock, is_staff__exact=1)
        paths["status"] = _list(stock, is_active__exact=0)
        for path, columns in ((stock, self.columns), ("/dates/auth/user/", self.dates)):
            for name, column in columns.items():
                paths |= {name: _list(path, o=column), f"-{name}": _list(path, o=-column)}
        return paths

    def pages_without_admins(self):
        for number in itertools.count(1):
            yield self.admins[0].get(_list("/admin/auth/user/", is_staff__exact=0, p=number))

    def reset_path(self, person):
        return person.replace("/change/", "/password/")


def rare(size):
    """
    Return the part of an address that ten of `size` people have, whatever the power of ten: 999@ of
    10,000.
    """
    return f"{size // 10 - 1}@"


def _list(path, **query):
    return f"{path}?{urlencode(query)}"


def _beside(path, href):
    """Return the path that a link on the page at `path` leads to, or None without a link."""
    if href and href.startswith("?"):
        return path.partition("?")[0] + href
    return href
