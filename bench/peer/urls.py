"""
Where the peer answers: its admin, its admin with dates, and contrib.auth's own “forgot password”.
"""

from django.contrib.auth import views
from django.urls import path

from bench.peer.sites import dates, stock

urlpatterns = [
    path("admin/", stock.urls),
    path("dates/", dates.urls),
    path("forgot-password/", views.PasswordResetView.as_view()),
    path(
        "forgot-password/done/", views.PasswordResetDoneView.as_view(), name="password_reset_done"
    ),
    path(
        "reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path("reset/done/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
