"""
A bare view: it answers with the bytes of the product's list page, so that both compress and send as
much.
"""

import os
from pathlib import Path

from django.http import HttpResponse
from django.urls import path

BODY = Path(os.environ["BARE_PAGE"]).read_bytes()


def bare(request):
    return HttpResponse(BODY)


urlpatterns = [path("", bare)]
