from django.urls import path

from accounts.devices import views

urlpatterns = [
    path("profile/sessions/", views.devices, name="sessions"),
    path("profile/sessions/others/end/", views.end_other_devices, name="end-other-sessions"),
    path("profile/sessions/<uuid:session_id>/end/", views.end_device, name="end-session"),
    path("users/<uuid:user_id>/sessions/", views.devices_of, name="user-sessions"),
    path("users/<uuid:user_id>/sessions/end/", views.end_devices_of, name="end-user-sessions"),
    path(
        "users/<uuid:user_id>/sessions/<uuid:session_id>/end/",
        views.end_device_of,
        name="end-user-session",
    ),
]
