from django.urls import path

from accounts.users import bulk, list_preferences, people, views

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/columns/", list_preferences.choose_columns, name="columns"),
    path("users/views/", list_preferences.views, name="views"),
    path("users/views/<uuid:view_id>/delete/", list_preferences.delete_view, name="delete-view"),
    path("users/bulk/", bulk.latest, name="bulk-jobs"),
    path("users/bulk/choose/", bulk.choose, name="choose-bulk"),
    path("users/bulk/<uuid:job_id>/", bulk.job, name="bulk"),
    path("users/bulk/<uuid:job_id>/start/", bulk.start, name="start-bulk"),
    path("users/bulk/<uuid:job_id>/cancel/", bulk.cancel, name="cancel-bulk"),
    path("users/bulk/<uuid:job_id>/passwords/", bulk.passwords, name="bulk-passwords"),
    path("users/bulk/<uuid:job_id>/result/", bulk.result, name="bulk-result"),
    path("users/dormant/", views.dormant, name="dormant"),
    path("users/add/", people.add, name="add-user"),
    path("users/<uuid:user_id>/edit/", people.edit, name="edit-user"),
    path("users/<uuid:user_id>/delete/", people.delete, name="delete-user"),
    path("users/<uuid:user_id>/", views.user, name="user"),
    path("users/<uuid:user_id>/deactivate/", views.deactivate, name="deactivate"),
    path("users/<uuid:user_id>/activate/", views.activate, name="activate"),
]
