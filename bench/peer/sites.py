"""Django's own `UserAdmin`, with as many rows a page as the product shows."""

from django.contrib.admin import AdminSite
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

ROWS = 20


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


stock, dates = AdminSite(name="admin"), AdminSite(name="dates")
stock.register(User, TwentyRows)
dates.register(User, WithDates)
