from django.urls import path

from accounts.profile import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/ledger/", views.account_activity, name="ledger"),
]
