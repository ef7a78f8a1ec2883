from django.urls import path

from accounts.profile import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/ledger/", views.ledger, name="ledger"),
    path("profile/sessions/", views.sessions, name="sessions"),
    path("profile/sessions/others/end/", views.end_other_sessions, name="end-other-sessions"),
    path("profile/sessions/<uuid:session_id>/end/", views.end_session, name="end-session"),
]
