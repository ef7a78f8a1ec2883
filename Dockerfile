# Two stages: what builds stays behind, and what runs belongs to nobody who could change it.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt
COPY . .
# The key is for these commands only and is kept nowhere. Compiling now: at run time nothing can be written. Who runs it
# owns none of it: where it was fetched with a narrow umask, Docker keeps those modes.
RUN /opt/venv/bin/pybabel --quiet compile -d locale -D django \
    && SECRET_KEY="$(/opt/venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
       /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q /app \
    && chmod -R a+rX /app

FROM python:3.13-slim-trixie
# pg_dump and pg_restore, for manage.py backup and restore: as new as the server, or newer.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --no-install-recommends --yes postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 -m 0700 /backups
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000 HOME=/tmp
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
# A number, so that Kubernetes can see that it is not root. It owns no file here, and writes to /tmp; to /backups where a
# volume is there, which a new one of Docker's takes its owner from.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["gunicorn", "--config", "python:vectice_admin.gunicorn"]
