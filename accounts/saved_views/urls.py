from django.urls import path

from accounts.saved_views import views

urlpatterns = [
    path("users/columns/", views.choose_columns, name="columns"),
    path("users/views/", views.views, name="views"),
    path("users/views/<uuid:view_id>/delete/", views.delete_view, name="delete-view"),
]
