from django.urls import path

import accounts.bulk.views
import accounts.saved_views.views
from accounts.users import people, views

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/columns/", accounts.saved_views.views.choose_columns, name="columns"),
    path("users/views/", accounts.saved_views.views.views, name="views"),
    path(
        "users/views/<uuid:view_id>/delete/",
        accounts.saved_views.views.delete_view,
        name="delete-view",
    ),
    path("users/bulk/", accounts.bulk.views.latest, name="bulk-jobs"),
    path("users/bulk/choose/", accounts.bulk.views.choose, name="choose-bulk"),
    path("users/bulk/<uuid:job_id>/", accounts.bulk.views.job, name="bulk"),
    path("users/bulk/<uuid:job_id>/start/", accounts.bulk.views.start, name="start-bulk"),
    path("users/bulk/<uuid:job_id>/cancel/", accounts.bulk.views.cancel, name="cancel-bulk"),
    path(
        "users/bulk/<uuid:job_id>/passwords/", accounts.bulk.views.passwords, name="bulk-passwords"
    ),
    path("users/bulk/<uuid:job_id>/result/", accounts.bulk.views.result, name="bulk-result"),
    path("users/dormant/", views.dormant, name="dormant"),
    path("users/add/", people.add, name="add-user"),
    path("users/<uuid:user_id>/edit/", people.edit, name="edit-user"),
    path("users/<uuid:user_id>/delete/", people.delete, name="delete-user"),
    path("users/<uuid:user_id>/", views.user, name="user"),
    path("users/<uuid:user_id>/deactivate/", views.deactivate, name="deactivate"),
    path("users/<uuid:user_id>/activate/", views.activate, name="activate"),
]
