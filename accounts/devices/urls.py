from django.urls import path

from accounts.devices import views

urlpatterns = [
    path("profile/sessions/", views.devices, name="sessions"),
    path("profile/sessions/others/end/", views.end_other_devices, name="end-other-sessions"),
    path("profile/sessions/<uuid:session_id>/end/", views.end_device, name="end-session"),
]
