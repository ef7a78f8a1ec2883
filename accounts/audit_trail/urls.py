from django.urls import path

from accounts.audit_trail import views

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.audit_export, name="audit-export"),
]
