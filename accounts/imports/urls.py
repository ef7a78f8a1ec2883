from django.urls import path

from accounts.imports import views

urlpatterns = [
    path("users/export/", views.export_users, name="export-users"),
    path("imports/", views.imports, name="imports"),
    path("imports/<uuid:job_id>/", views.job, name="import"),
    path("imports/<uuid:job_id>/read-again/", views.read_again, name="read-import-again"),
    path("imports/<uuid:job_id>/start/", views.start, name="start-import"),
    path("imports/<uuid:job_id>/cancel/", views.cancel, name="cancel-import"),
    path("imports/<uuid:job_id>/result/", views.result, name="import-result"),
    path("imports/<uuid:job_id>/passwords/", views.passwords, name="import-passwords"),
]
