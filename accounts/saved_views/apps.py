from django.apps import AppConfig


class SavedViews(AppConfig):
    name = "accounts.saved_views"
    label = "saved_views"
