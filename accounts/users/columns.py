"""The links of the list: what it can be narrowed to and sorted by."""

from django.utils.translation import gettext as _

from accounts.addresses import with_query


def statuses(request, filters, counts):
    """Return the status filter as dicts: label, count, href, current."""
    labels = {"": _("All"), "active": _("Active"), "deactivated": _("Deactivated")}
    return [
        {
            "label": label,
            "count": counts[status or "all"],
            "href": with_query(request, status=status, cursor=""),
            "current": filters.status == status,
        }
        for status, label in labels.items()
    ]


def columns(request, filters):
    """Return the columns as dicts: key, label, href (sorts by it, or the other way round), sorted."""
    labels = {"name": _("Name"), "role": _("Role"), "status": _("Status"), "last_sign_in": _("Last sign-in")}
    return [_column(request, filters.sort, key, label) for key, label in labels.items()]


def _column(request, sort, key, label):
    if key == "status":
        return {"key": key, "label": label, "href": "", "sorted": ""}
    state = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
    turned = f"-{key}" if state == "ascending" else key
    return {"key": key, "label": label, "href": with_query(request, sort=turned, cursor=""), "sorted": state}
