from django.urls import path

from accounts.passwords import views

urlpatterns = [
    path("forgot-password/", views.forgot_password, name="forgot-password"),
    path("forgot-password/sent/", views.forgot_password_sent, name="forgot-password-sent"),
    path("reset/done/", views.reset_done, name="reset-done"),
    path("reset/<str:uid>/choose/", views.choose_password, name="choose-password"),
    path("reset/<str:uid>/<str:token>/", views.reset_link, name="reset-link"),
    path("password/change/", views.change_password, name="change-password"),
    path("users/<uuid:user_id>/reset-password/", views.reset_password, name="reset-password"),
]
