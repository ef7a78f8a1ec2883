"""The benchmark leaves out no page."""

from bench.pages import FOR_VISITORS, PAGES
from tests.house.test_every_page_is_guarded import OK, TABLE

PROBES = {"live", "ready"}


def test_measures_every_page_that_a_get_shows():
    shown = {name for name, statuses in TABLE.items() if statuses[-1] == OK or statuses[0] == OK}
    of_jobs_and_the_deactivated = {"import", "bulk", "activate", "delete-user"}
    measured = {page.name for page in PAGES if not page.name.startswith("audit of ")}
    assert measured == shown - PROBES | of_jobs_and_the_deactivated
    assert measured >= FOR_VISITORS
