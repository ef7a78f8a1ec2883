"""The events of the audit trail: what programs rely on is written down, and pages have one word for a thing."""

import dataclasses
import json
from collections import defaultdict
from pathlib import Path
from typing import get_args, get_type_hints

from django.db.models.enums import ChoicesType

from accounts.kernel import event_schema
from accounts.kernel.events import REGISTRY

DOCUMENT = Path("docs/events.json")


def test_the_document_says_what_the_code_does():
    assert json.loads(DOCUMENT.read_text()) == event_schema.schema(), "Run .ci/events."


def test_every_file_of_events_is_known():
    files = {path.parent.name for path in Path("accounts").glob("*/events.py")}
    assert {event.__module__.split(".")[1] for event in REGISTRY.values()} == files


def test_a_key_means_the_same_in_every_entry():
    labels = defaultdict(set)
    for event in REGISTRY.values():
        for field in dataclasses.fields(event):
            labels[field.name].add((str(field.metadata["label"]), field.metadata["verbatim"]))
    assert {key: said for key, said in labels.items() if len(said) > 1} == {}


def test_every_event_can_be_written_down_only_whole():
    assert [name for name, event in REGISTRY.items() if not event.__dataclass_params__.frozen] == []


def test_a_value_means_the_same_in_every_entry():
    labels = defaultdict(set)
    for event in REGISTRY.values():
        for hint in get_type_hints(event).values():
            for kind in (hint, *get_args(hint)):
                for one in kind if isinstance(kind, ChoicesType) else ():
                    labels[one.value].add(str(one.label))
    assert {value: said for value, said in labels.items() if len(said) > 1} == {}
