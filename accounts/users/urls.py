from django.urls import path

from accounts.users import views

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/add/", views.add, name="add-user"),
    path("users/<uuid:user_id>/edit/", views.edit, name="edit-user"),
    path("users/<uuid:user_id>/delete/", views.delete, name="delete-user"),
    path("users/<uuid:user_id>/", views.user, name="user"),
    path("users/<uuid:user_id>/deactivate/", views.deactivate, name="deactivate"),
    path("users/<uuid:user_id>/activate/", views.activate, name="activate"),
]
