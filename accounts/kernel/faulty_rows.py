"""One row that is at fault stops none of the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)


@contextmanager
def passed_over(what: str) -> Iterator[None]:
    """
    Let the others go on where doing something about one row fails; `what` names that row in the
    log.

    Of the fault only its kind is logged: what it says may be what stands in the row.

    :raises InterfaceError, OperationalError: from the block, for they are no row's fault.
    """
    try:
        yield
    except (InterfaceError, OperationalError):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, the others are not to blame
        logger.error("%s is at fault and was passed over (%s).", what, type(fault).__name__)
