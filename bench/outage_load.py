"""
The load of the outage run: people who sign in, and Admins who reset passwords that are then used at
once.
"""

import http.client
import re
import ssl
import threading
import time
from collections import Counter, defaultdict
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d*)"')
SIGN_IN_THREADS, RESET_THREADS = 4, 3
LONGEST = 30  # seconds for an answer


class Load:
    """
    Threads that work until `stop()`; `statuses` counts answers by phase, `done` what was answered
    with success.
    """

    def __init__(self, installation):
        self.installation, self.phase = installation, "all up"
        self.statuses, self.seconds = defaultdict(Counter), []
        self.done = {"sign_ins": [], "resets": []}
        self.over = threading.Event()
        self.threads = []

    def start(self):
        people, admins = self.installation.people, self.installation.admins
        jobs = [
            (self._sign_in, people[number::SIGN_IN_THREADS]) for number in range(SIGN_IN_THREADS)
        ]
        targets = self.installation.targets
        shares = [targets[number::RESET_THREADS] for number in range(RESET_THREADS)]
        jobs += [
            (self._reset, list(zip(admins * len(share), share, strict=False))) for share in shares
        ]
        self.threads = [threading.Thread(target=self._again, args=job, daemon=True) for job in jobs]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(2 * LONGEST)

    def _again(self, act, subjects):
        while not self.over.is_set():
            for subject in subjects:
                if self.over.is_set():
                    return
                try:
                    act(subject)
                except (OSError, http.client.HTTPException):
                    self.statuses[self.phase]["no answer"] += 1
                    time.sleep(0.2)

    def _sign_in(self, email):
        if self._signed_in(email, self.installation.password):
            self.done["sign_ins"].append(email)

    def _signed_in(self, email, password):
        browser = self._browser()
        form = browser.get("/sign-in/")
        status, _body = browser.post("/sign-in/", form, {"email": email, "password": password})
        return browser if status == 302 else None

    def _reset(self, pair):
        """An Admin signs in, resets, and the person signs in with what was handed over."""
        admin, (email, public_id) = pair
        browser = self._signed_in(admin, self.installation.password)
        if browser is None:
            return
        path = f"/users/{public_id}/reset-password/"
        form = browser.get(path)
        temporary = f"maple-orbit-{time.monotonic_ns()}-thrift"
        status, _body = browser.post(path, form, {"new_password": temporary})
        if status == 200:
            self.done["resets"].append(email)
            self._signed_in(email, temporary)

    def _browser(self):
        return Browser(self.installation.https_port, self._note)

    def _note(self, status, seconds):
        self.statuses[self.phase][status] += 1
        self.seconds.append(seconds)


class Browser:
    """
    A browser with cookies, over TLS to nginx; each request on a connection of its own, as a new tab
    would.
    """

    def __init__(self, port, note):
        self.port, self.note, self.cookies = port, note, {}
        self.context = ssl._create_unverified_context()  # the run's own certificate

    def get(self, path):
        return self._send("GET", path)[1]

    def post(self, path, form, fields):
        """
        Send the form of the page `form` and return status and body; (0, "") where the page was
        none.
        """
        token = TOKEN.search(form)
        if not token:
            return 0, ""
        version = VERSION.search(form)
        typed = {
            "csrfmiddlewaretoken": token[1],
            "version": version[1] if version else "",
            **fields,
        }
        return self._send("POST", path, urlencode(typed))

    def _send(self, method, path, body=None):
        began = time.perf_counter()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=LONGEST, context=self.context
        )
        headers = {"Host": "localhost", "Origin": f"https://localhost:{self.port}"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.note(response.status, time.perf_counter() - began)
        return response.status, text
