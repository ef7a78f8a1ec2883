"""
What a request's body may be written in: UTF-8, and nothing else.

Python knows encodings that fail at every byte (undefined), that are none (hex), or that make
letters no database and no page can hold (raw_unicode_escape). Django takes whichever the client
names, for the address too, before any middleware runs. So the name is taken away before a request
is made of it, and the request is refused.
"""

import logging
import re
from functools import partial
from io import BytesIO

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.signals import request_started
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_header_parameters

from accounts.web import responses

logger = logging.getLogger(__name__)
# In the environ of a request that is refused: with which status.
STATUS = "vectice_admin.encodings.status"
AS_IT_IS = {"7bit", "8bit", "binary"}  # RFC 2045, 6: nothing is decoded
LONGEST_HEADER = 1000
PART_HEADER = re.compile(
    rb"^(content-[a-z-]+)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE
)


class Encodings:
    """
    Answer 415 to a body that says it is not UTF-8 and 400 to a Content-Type that is none, before it
    is read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        status = request.META.get(STATUS)
        if status:
            logger.warning(
                "Refused with %d: the Content-Type is none, or its charset is not UTF-8.", status
            )
            return responses.error(request, status)
        request.parse_file_upload = partial(_parse_parts, request)
        return self.get_response(request)


def look_at_content_type(environ, **_signal):
    """
    Take out of `environ` a Content-Type that Django would decode by or stumble over, and note the
    status.

    The charset goes in any case: where there is one, Django reads the address before anybody can
    answer for it, and one with too many fields would be a 500.
    """
    content_type = environ.get("CONTENT_TYPE") or ""
    status = _status_for(content_type)
    if status:
        environ["CONTENT_TYPE"] = ""
        environ[STATUS] = status
    elif "charset" in content_type.lower():
        environ["CONTENT_TYPE"] = _without_charset(*parse_header_parameters(content_type))


request_started.connect(look_at_content_type, dispatch_uid=__name__)


def _without_charset(kind, parameters):
    boundary = parameters.get("boundary", "").replace("\\", r"\\").replace('"', r"\"")
    return f'{kind}; boundary="{boundary}"' if boundary else kind


def _status_for(content_type):
    """Return 400, 415, or 0 where there is nothing to refuse."""
    if len(content_type) > LONGEST_HEADER or not (
        content_type.isascii() and content_type.isprintable()
    ):
        return 400
    try:
        _kind, parameters = parse_header_parameters(content_type)
    except Exception:  # noqa: BLE001 - the parser of Python's mails raises whatever comes, TypeError for one
        return 400
    return 0 if parameters.get("charset", "utf-8").lower() == "utf-8" else 415


def _parse_parts(request, meta, stream):
    """
    Return the fields and files of a multipart body; whatever is wrong with it is a fault of the
    request.
    """
    boundary = (request.content_params or {}).get("boundary", "")
    if _length(meta) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        # Files, which are longer, come from who may import only, and nothing of them is decoded.
        body = stream.read()
        _require_utf_8(body, boundary)
        stream = BytesIO(body)
    try:
        return HttpRequest.parse_file_upload(request, meta, stream)
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        raise
    except Exception:  # noqa: BLE001 - as above, for the headers of each part
        raise MultiPartParserError("The parts cannot be told apart.") from None


def _length(meta):
    try:
        return int(meta.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _require_utf_8(body, boundary):
    """
    Look at the headers of each part.

    :raises MultiPartParserError: where one says that it is in another charset, or packed (RFC 7578,
    4.7, forbids it).
    """
    for part in body.split(b"--" + boundary.encode("ascii", "ignore")) if boundary else ():
        head = part.partition(b"\r\n\r\n")[0]
        for name, value in PART_HEADER.findall(head):
            if not _is_plain(name.lower(), value.decode("latin-1")):
                raise MultiPartParserError("A part is in another encoding than UTF-8.")


def _is_plain(name, value):
    if name == b"content-transfer-encoding":
        return value.strip().lower() in AS_IT_IS
    return name != b"content-type" or _status_for(value.strip()) == 0
