from django.urls import path

from accounts.bulk import views

urlpatterns = [
    path("users/bulk/", views.latest, name="bulk-jobs"),
    path("users/bulk/choose/", views.choose, name="choose-bulk"),
    path("users/bulk/<uuid:job_id>/", views.job, name="bulk"),
    path("users/bulk/<uuid:job_id>/start/", views.start, name="start-bulk"),
    path("users/bulk/<uuid:job_id>/cancel/", views.cancel, name="cancel-bulk"),
    path("users/bulk/<uuid:job_id>/passwords/", views.passwords, name="bulk-passwords"),
    path("users/bulk/<uuid:job_id>/result/", views.result, name="bulk-result"),
]
