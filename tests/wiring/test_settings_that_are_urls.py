"""DATABASE_URL, REDIS_URL and EMAIL_URL: understood as they were meant, or refused in one line without a part of them."""

import redis
from psycopg import conninfo

PG = {"USER": "u", "PASSWORD": "", "HOST": "h", "PORT": "", "NAME": "db"}

DATABASES = {
    "postgres://u@h/db": {},
    "postgresql://u:p%40s%2Fs%23s%25s%3As%5Bs@h/db": {"PASSWORD": "p@s/s#s%s:s[s"},
    "postgres://u:p@s#s%s[s:s@h:5433/db": {"PASSWORD": "p@s#s%s[s:s", "PORT": "5433"},
    "postgres://u:@h/db": {},
    "postgres://u:mot%20de%20pass%C3%A9@h/d%2Fb": {"PASSWORD": "mot de passé", "NAME": "d/b"},
    "postgres://u:p@%2Fvar%2Frun%2Fpostgresql/db": {"PASSWORD": "p", "HOST": "/var/run/postgresql"},
    "postgres://u:p@%2Fvar%2Frun%2Fpostgresql:5433/db": {
        "PASSWORD": "p",
        "HOST": "/var/run/postgresql",
        "PORT": "5433",
    },
    "postgres:////var/run/postgresql/db": {"USER": "", "HOST": "/var/run/postgresql"},
    "postgres:///db?host=/var/run/postgresql&user=u": {"HOST": "/var/run/postgresql"},
    "postgres://u@[2001:DB8::1]:5433/db": {"HOST": "2001:db8::1", "PORT": "5433"},
    "postgres://u@a,b,[::1]/db": {"HOST": "a,b,::1", "target_session_attrs": "read-write"},
    "postgres://u@a,b/db?target_session_attrs=any": {"HOST": "a,b", "target_session_attrs": "any"},
    "postgres://u@a:5433,b/db?target_session_attrs=read-write": {
        "HOST": "a,b",
        "PORT": "5433,5432",
        "target_session_attrs": "read-write",
    },
    "postgres://u@h/db?connect_timeout=30": {"connect_timeout": 30},
    "postgres://u@h/db?sslmode=verify-full&sslrootcert=/etc/ca.pem&options=-c%20search_path%3Dx": {
        "sslmode": "verify-full",
        "sslrootcert": "/etc/ca.pem",
        "options": "-c search_path=x",
    },
}

NO_DATABASE = [
    *(
        "mysql://hunter2",
        "hunter2",
        "postgres:hunter2",
        "//hunter2",
        "postgres://",
        "postgres://h",
        "postgres://h/",
    ),
    *("postgres://u:hunter2@/x@h/db", "postgres://u:hunter2/x@h/db", "postgres://u:hunter2?x@h/db"),
    *("postgres://u:hunter2@h/db#x", "postgres://u:hunter2@h#x/db", "postgres://u:hunter2@h:x/db"),
    *(
        "postgres://u:hunter2@h:0/db",
        "postgres://u:hunter2@h:/db",
        "postgres://u:hunter2@h:65536/db",
    ),
    *(
        "postgres://u:hunter2@[broken/db",
        "postgres://u:hunter2@[::g]/db",
        "postgres://u:hunter2@a b/db",
    ),
    *(
        "postgres://@h/db",
        "postgres://u:hunter2@h/db/b",
        "postgres://u:hunter2%FF@h/db",
        "postgres://u:hunter2%00@h/db",
    ),
    *(
        "postgres://u:hunter2@h/db?hunter2=1",
        "postgres://u:hunter2@h/db?hunter2",
        "postgres://u@h/db?sslmode=hunter2",
    ),
    *(
        "postgres://u@h/db?connect_timeout=hunter2",
        "postgres://u@h/db?sslmode=require&sslmode=disable",
    ),
    *(
        "postgres://u:x@h/db?password=hunter2",
        "postgres://u@h:1/db?port=2",
        "postgres://u@h/db?host=hunter2",
    ),
    *("postgres:///db?host=a&port=1,2", "postgres:///db?host=a&port=hunter2"),
    *(
        "sqlite://hunter2/x.sqlite3",
        "sqlite:hunter2/x.sqlite3",
        "sqlite:///",
        "sqlite://",
        "sqlite:///:memory:",
    ),
    *(
        "sqlite://:memory:",
        "sqlite:///hunter2/",
        "sqlite:///x.sqlite3?hunter2=1",
        "sqlite:///x.sqlite3#hunter2",
    ),
]

REDIS = {
    "redis://h": {"host": "h", "port": 6379, "db": 0},
    "redis://:p%2Fa%23s@h:6380/6": {"host": "h", "port": 6380, "db": 6, "password": "p/a#s"},
    "redis://:pa#s@s%[@h/6": {"host": "h", "port": 6379, "db": 6, "password": "pa#s@s%["},
    "redis://me:p%3As@[::1]/": {
        "host": "::1",
        "port": 6379,
        "db": 0,
        "username": "me",
        "password": "p:s",
    },
    "redis://h?db=5&socket_timeout=1.5": {
        "host": "h",
        "port": 6379,
        "db": 5,
        "socket_timeout": 1.5,
    },
    "rediss://h/1?ssl_cert_reqs=none": {
        "host": "h",
        "port": 6379,
        "db": 1,
        "ssl_cert_reqs": "none",
    },
    "unix:///run/redis%20x.sock?db=2": {"path": "/run/redis x.sock", "db": 2},
    "unix://:p%2Fs@/run/redis.sock": {"path": "/run/redis.sock", "password": "p/s"},
}

NO_REDIS = [
    *(
        "http://hunter2",
        "hunter2",
        "redis://",
        "redis://:hunter2/x@h",
        "redis://:hunter2?x@h/6",
        "redis://:hunter2@h:x",
    ),
    *(
        "redis://h/hunter2",
        "redis://h/-1",
        "redis://h/1/2",
        "redis://h/6?socket_timeout=hunter2",
        "redis://h/1?db=2",
    ),
    *(
        "redis://h/6?socket_timeout=nan",
        "redis://h/6?max_connections=hunter2",
        "redis://h?hunter2=1",
        "redis://me@h",
    ),
    *(
        "redis://h?decode_responses=1",
        "redis://h?ssl_cert_reqs=none",
        "rediss://h?ssl_cert_reqs=hunter2",
        "redis://a,b",
    ),
    *(
        "redis://h?socket_keepalive=hunter2",
        "redis://h?protocol=1",
        "unix://hunter2",
        "unix://",
        "unix:///run/",
    ),
    *("redis://:hunter2@h#x", "redis://:hunter2@", "redis://:@h", "redis://%2Frun%2Fredis.sock/0"),
]

EMAILS = {
    "smtp://m": ("m", 25, "", "", False, False),
    "smtp+tls://user:12#34@m": ("m", 587, "user", "12#34", True, False),
    "smtp+tls://user%40x:p%2Fs%3As@m:2525/": ("m", 2525, "user@x", "p/s:s", True, False),
    "smtp+ssl://me@x:p[s%s@[::1]": ("::1", 465, "me@x", "p[s%s", False, True),
}

NO_EMAIL = [
    *(
        "http://hunter2",
        "hunter2",
        "smtp://",
        "smtps://hunter2",
        "smtp://hunter2@m",
        "smtp://:hunter2@m",
        "smtp://a,b",
    ),
    *(
        "smtp+tls://user:hunter2/x@m",
        "smtp+tls://user:hunter2?x@m",
        "smtp://m/hunter2",
        "smtp://m?hunter2=1",
    ),
    *(
        "smtp+tls://user:hunter2@m#x",
        "smtp+tls://user:hunter2@m:x",
        "smtp://user:hunter2é@m",
        "smtp+tls://user:12#34",
    ),
]


def test_a_database_is_the_one_that_was_meant(read):
    for url, more in DATABASES.items():
        found = read(DATABASE_URL=url)
        assert isinstance(found, dict), f"{url}: {found}"
        database = found["DATABASES"]["default"]
        options = {"connect_timeout": 5} | {k: v for k, v in more.items() if k.islower()}
        assert {
            **PG,
            **{k: v for k, v in more.items() if k.isupper()},
        }.items() <= database.items(), url
        assert {k: v for k, v in database["OPTIONS"].items() if k != "pool"} == options, url
        conninfo.make_conninfo(**options)  # libpq knows them all


def test_an_sqlite_file_is_the_one_that_was_meant(read, settings):
    for url, path in {
        "sqlite:///var/x.sqlite3": str(settings.BASE_DIR / "var" / "x.sqlite3"),
        "sqlite:////tmp/a%20b%23.sqlite3": "/tmp/a b#.sqlite3",
    }.items():
        assert read(DATABASE_URL=url)["DATABASES"]["default"]["NAME"] == path, url


def test_redis_is_asked_as_was_meant(read):
    for url, arguments in REDIS.items():
        found = read(REDIS_URL=url)
        assert isinstance(found, dict), f"{url}: {found}"
        pool = redis.ConnectionPool.from_url(found["REDIS_URL"])
        assert arguments.items() <= pool.connection_kwargs.items(), url
        pool.make_connection()  # redis-py knows them all


def test_mail_goes_where_was_meant(read):
    what = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    for url, expected in EMAILS.items():
        found = read(EMAIL_URL=url)
        assert isinstance(found, dict), f"{url}: {found}"
        assert tuple(found[f"EMAIL_{name}"] for name in what) == expected, url


def test_what_cannot_be_understood_is_refused_and_not_shown(read):
    for name, urls in {
        "DATABASE_URL": NO_DATABASE,
        "REDIS_URL": NO_REDIS,
        "EMAIL_URL": NO_EMAIL,
    }.items():
        for url in urls:
            said = read(**{name: url})
            assert isinstance(said, str), f"{url} is accepted"
            assert said.startswith(f"{name}: "), f"{url}: {said}"
            assert "\n" not in said, f"{url}: {said}"
            assert "hunter2" not in said, f"{url}: {said}"
