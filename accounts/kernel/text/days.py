"""A day that somebody typed, as moments: days begin and end where the reader is."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def begin(day: date) -> datetime:
    """Return when the date begins; where that is before the calendar's first moment, that one."""
    try:
        return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone()).astimezone(
            UTC
        )
    except OverflowError:
        return FIRST if day.year == FIRST.year else LAST


def end(day: date) -> datetime:
    """Return when the next date begins; after the calendar's last day, its last moment."""
    return LAST if day == date.max else begin(day + timedelta(days=1))
