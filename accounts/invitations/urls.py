from django.urls import path

from accounts.invitations import views

urlpatterns = [
    path("invitations/", views.invitations, name="invitations"),
    path("invitations/new/", views.invite, name="invite"),
    path("invitations/cancel-all/", views.cancel_all, name="cancel-all-invitations"),
    path("invitations/<uuid:invitation_id>/link/", views.show_link, name="invitation-link"),
    path("invitations/<uuid:invitation_id>/resend/", views.resend, name="resend-invitation"),
    path("invitations/<uuid:invitation_id>/cancel/", views.cancel, name="cancel-invitation"),
    path("join/<str:invitation_id>/<str:token>/", views.join_link, name="join-link"),
    path("join/<str:invitation_id>/", views.join, name="join"),
]
