from django.urls import path

from accounts.credentials import views

urlpatterns = [
    path("credentials/", views.credentials, name="credentials"),
    path("credentials/<uuid:user_id>/expire/", views.expire, name="expire-credential"),
    path("credentials/<uuid:user_id>/remind/", views.remind, name="remind"),
]
