"""
The environment, read strictly: a setting is right as a whole, or one line names it and the start
ends.

No message holds a value: what stands in the wrong place may be a password.
"""

from vectice_admin.env import dotenv
from vectice_admin.env.names import refuse_unknown_files
from vectice_admin.env.reading import (
    BASE_DIR,
    WrongSetting,
    boolean,
    choice,
    number,
    secret,
    text,
    words,
    wrong,
)

dotenv.read(BASE_DIR / ".env")
refuse_unknown_files()

from vectice_admin.env.addresses import (  # noqa: E402 - .env comes first
    endpoint,
    host_of,
    hosts,
    is_address,
    mail_address,
    mail_host,
    networks,
    port_of,
    public_url,
    usual_url,
)
from vectice_admin.env.database import database  # noqa: E402
from vectice_admin.env.email import email  # noqa: E402
from vectice_admin.env.keys import former_keys, secret_key, token  # noqa: E402
from vectice_admin.env.redis import redis_url  # noqa: E402
from vectice_admin.env.socket import bind, socket_group  # noqa: E402

__all__ = [
    "BASE_DIR",
    "WrongSetting",
    "bind",
    "boolean",
    "choice",
    "database",
    "email",
    "endpoint",
    "former_keys",
    "host_of",
    "hosts",
    "is_address",
    "mail_address",
    "mail_host",
    "networks",
    "number",
    "port_of",
    "public_url",
    "redis_url",
    "secret",
    "secret_key",
    "socket_group",
    "text",
    "token",
    "usual_url",
    "words",
    "wrong",
]
