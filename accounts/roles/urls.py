from django.urls import path

from accounts.roles import views

urlpatterns = [
    path("roles/", views.roles, name="roles"),
    path("users/<uuid:user_id>/role/", views.change_role, name="change-role"),
]
