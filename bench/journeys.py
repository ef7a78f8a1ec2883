"""What is measured, in the order of the tables."""

from dataclasses import dataclass

LISTS = ("first", "deep", "search", "filter", "sort")  # kinds of a request for the list


@dataclass(frozen=True)
class Journey:
    """A thing that an Admin or a visitor does; `kind` is what a target speaks of."""

    title: str
    kind: str

    @property
    def is_list(self):
        return self.kind in LISTS


JOURNEYS = {
    "first": Journey("first page", "first"),
    "last": Journey("last page", "deep"),
    "before_last": Journey("the page before it", "deep"),
    "rare": Journey("search, ten find", "search"),
    "common": Journey("search, very many find", "search"),
    "role": Journey("filter by role", "filter"),
    "status": Journey("filter by status", "filter"),
    "name": Journey("sort by name", "sort"),
    "-name": Journey("… backwards", "sort"),
    "email": Journey("sort by email", "sort"),
    "-email": Journey("… backwards", "sort"),
    "by_role": Journey("sort by role", "sort"),
    "-by_role": Journey("… backwards", "sort"),
    "last_sign_in": Journey("sort by last sign-in", "sort"),
    "-last_sign_in": Journey("… backwards", "sort"),
    "created": Journey("sort by created", "sort"),
    "-created": Journey("… backwards", "sort"),
    "person": Journey("one person’s page", "person"),
    "reset": Journey("admin reset", "reset"),
    "sign_in": Journey("sign-in", "sign_in"),
    "forgot": Journey("forgot password", "forgot"),
}
