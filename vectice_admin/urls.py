"""The product's map: one line for each room."""

from django.urls import include, path

from vectice_admin import errors, health
from vectice_admin.metrics import metrics

urlpatterns = [
    path("", include("accounts.sign_in.urls")),
    path("", include("accounts.passwords.urls")),
    path("", include("accounts.imports.urls")),
    path("", include("accounts.saved_views.urls")),
    path("", include("accounts.bulk.urls")),
    path("", include("accounts.inactivity.urls")),
    path("", include("accounts.users.urls")),
    path("", include("accounts.roles.urls")),
    path("", include("accounts.profile.urls")),
    path("", include("accounts.devices.urls")),
    path("", include("accounts.audit_trail.urls")),
    path("", include("accounts.mail.urls")),
    path("", include("accounts.invitations.urls")),
    path("", include("accounts.organization.urls")),
    path("", include("accounts.credentials.urls")),
    path("", include("accounts.disputes.urls")),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
