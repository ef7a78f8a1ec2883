"""Django's own `UserAdmin`, with as many rows a page as the product shows."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

ROWS = 20
ENTRIES = 50  # a page of the log, as of the product's audit trail


class TwentyRows(UserAdmin):
    """
    The stock admin in everything but the length of a page; its default of 100 rows would flatter
    the product.
    """

    list_per_page = ROWS


class WithDates(TwentyRows):
    """
    Two columns more, because the stock admin sorts only by columns that it shows, and it shows no
    dates.
    """

    list_display = (*UserAdmin.list_display, "last_login", "date_joined")


class Log(ModelAdmin):
    """The log as a list, with the people of each entry as the product shows them."""

    list_display = ("action_time", "user", "object_repr", "action_flag", "change_message")
    list_select_related = ("user",)
    list_per_page = ENTRIES


stock, dates = AdminSite(name="admin"), AdminSite(name="dates")
stock.register(User, TwentyRows)
stock.register(LogEntry, Log)
dates.register(User, WithDates)
