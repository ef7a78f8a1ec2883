"""What waits sealed with SECRET_KEY, and whether it can still be opened."""

from accounts.kernel.crypto import encryption
from accounts.models import BulkRow, ImportPart, ImportRow
from vectice_admin.operations.doctor.finding import OK, WRONG, Finding


def findings():
    """
    Yield whether the passwords and files that wait can be opened with SECRET_KEY and its fallbacks.
    """
    lost = {
        "temporary passwords": sum(_cannot_be_opened(box.encode()) for box in _passwords()),
        "parts of files": sum(_cannot_be_opened(bytes(part)) for part in _parts()),
    }
    if not any(lost.values()):
        yield Finding(OK, "Sealed", "all passwords and files that wait can be opened.")
        return
    counted = " and ".join(f"{number} {what}" for what, number in lost.items() if number)
    text = (
        f"{counted} that wait cannot be opened: put the former SECRET_KEY into "
        "SECRET_KEY_FALLBACKS."
    )
    yield Finding(WRONG, "Sealed", text)


def _passwords():
    for row in (ImportRow, BulkRow):
        yield from row.objects.exclude(sealed_password="").values_list("sealed_password", flat=True)


def _parts():
    """One at a time: each may be of some megabytes."""
    for key in ImportPart.objects.values_list("pk", flat=True):
        yield from ImportPart.objects.filter(pk=key).values_list("sealed", flat=True)


def _cannot_be_opened(box):
    try:
        encryption.unseal_bytes(box)
    except encryption.OtherKey:
        return True
    return False
