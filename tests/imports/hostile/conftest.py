import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import ImportRow


@pytest.fixture
def upload(admin):
    """Return a function that sends a file as an Admin does."""

    def send(data, name="people.csv"):
        data = data.encode() if isinstance(data, str) else data
        return admin.post("/imports/", {"file": SimpleUploadedFile(name, data)})

    return send


@pytest.fixture
def rows(upload):
    """Return a function that sends a file and returns (name, email, role, is_active, fault) of its rows."""

    def read(data, name="people.csv"):
        ImportRow.objects.all().delete()
        response = upload(data, name)
        assert response.status_code == 302, data
        return list(
            ImportRow.objects.order_by("line").values_list(
                "full_name", "email", "role", "is_active", "fault"
            )
        )

    return read
