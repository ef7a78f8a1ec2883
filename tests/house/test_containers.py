"""How the product is shipped: without root, with nothing to write to, and in step with its settings and pages."""

import configparser
import ipaddress
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

ROOT = Path(__file__).parent.parent.parent
CHART = ROOT / "deploy" / "helm" / "vectice-admin"
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
OURS = ("web", "worker", "migrate", "backup")


def templates():
    return {path.name: path.read_text() for path in (CHART / "templates").glob("*")}


def known_settings():
    """Return the settings that README.md lists."""
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"[A-Z_]+", row)}


class TestImage:
    def test_runs_as_somebody_who_is_not_root(self):
        users = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE.rpartition("FROM ")[2], re.MULTILINE)
        assert [int(number) > 0 for number in users[-1]] == [True, True]

    def test_is_looked_at(self):
        command = DOCKERFILE.partition("HEALTHCHECK ")[2].partition('\nCMD ["gunicorn')[0]
        path = re.search(r"http://127\.0\.0\.1:8000(/[^']+)'", command)[1]
        assert resolve(path).url_name == "live"

    def test_builds_in_one_stage_and_runs_in_another(self):
        first, last = re.findall(r"^FROM (\S+)(?: AS \w+)?$", DOCKERFILE, re.MULTILINE)
        assert first == last
        assert not first.endswith("latest")

    def test_installs_only_what_the_lock_names(self):
        assert "pip install --require-hashes -r requirements.txt" in DOCKERFILE

    def test_can_be_read_by_whom_it_runs_as_whatever_the_umask_was(self):
        assert re.search(r"&& chmod -R a\+rX /app\n\nFROM", DOCKERFILE)

    def test_holds_what_runs_and_no_secret(self):
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        taken = {line[1:] for line in lines if line.startswith("!")}
        assert "*" in lines
        files = {"manage.py", "pyproject.toml", "requirements.txt"}
        assert taken == {"accounts", "locale", "static", "templates", "vectice_admin"} | files


class TestCompose:
    @pytest.mark.parametrize("name", OURS)
    def test_gives_our_services_no_power(self, name):
        service = COMPOSE["services"][name]
        assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (
            True,
            ["ALL"],
            ["/tmp"],
        )
        assert "privileged" not in service
        assert "user" not in service  # the image has one

    @pytest.mark.parametrize("name", COMPOSE["services"])
    def test_bounds_the_memory_of_each_service(self, name):
        assert re.fullmatch(r"\d+[mg]", COMPOSE["services"][name]["mem_limit"])

    def test_looks_after_the_file_that_the_worker_touches(self):
        worker = COMPOSE["services"]["worker"]
        assert (
            f"find {worker['environment']['WORKER_ALIVE_PATH']} -mmin"
            in worker["healthcheck"]["test"][1]
        )

    def test_backs_up_into_a_volume_that_the_image_gives_to_its_user(self):
        backup = COMPOSE["services"]["backup"]
        assert backup["volumes"] == ["backups:/backups"]
        assert "manage.py backup" in backup["command"][2]
        assert re.search(
            r"install -d -o (\d+) -g \1 -m 0700 /backups[\s\S]+USER \1:\1$",
            DOCKERFILE,
            re.MULTILINE,
        )

    @pytest.mark.parametrize("name", COMPOSE["services"])
    def test_lets_no_service_gain_power(self, name):
        assert "no-new-privileges:true" in COMPOSE["services"][name]["security_opt"]

    def test_opens_nothing_but_nginx(self):
        assert {name for name, service in COMPOSE["services"].items() if "ports" in service} == {
            "nginx"
        }
        assert COMPOSE["networks"]["back"] == {"internal": True}

    def test_migrates_before_it_serves(self):
        for name in ("web", "worker"):
            wanted = COMPOSE["services"][name]["depends_on"]["migrate"]
            assert wanted == {"condition": "service_completed_successfully"}

    def test_trusts_the_network_that_nginx_is_in(self):
        subnet = COMPOSE["networks"]["front"]["ipam"]["config"][0]["subnet"]
        assert COMPOSE["services"]["web"]["environment"]["TRUSTED_PROXIES"] == subnet
        assert ipaddress.ip_network(subnet).is_private

    def test_sets_only_what_there_is(self):
        assert set(COMPOSE["services"]["web"]["environment"]) <= known_settings()

    @pytest.mark.parametrize("name", OURS)
    def test_takes_all_other_settings_from_the_file_beside_it(self, name):
        assert COMPOSE["services"][name]["env_file"] == [".env"]

    def test_builds_one_image_for_all_since_another_one_would_restart_what_has_not_changed(self):
        assert [name for name, service in COMPOSE["services"].items() if "build" in service] == [
            "migrate"
        ]
        assert {name: COMPOSE["services"][name]["pull_policy"] for name in OURS} == {
            "migrate": "missing",
            "web": "never",
            "worker": "never",
            "backup": "never",
        }
        assert len({COMPOSE["services"][name]["image"] for name in OURS}) == 1

    @pytest.mark.parametrize("name", OURS)
    def test_can_be_stopped_while_it_starts(self, name):
        assert COMPOSE["services"][name]["init"] is True

    def test_waits_for_the_database_and_not_for_the_one_that_makes_it(self):
        assert "--host" in COMPOSE["services"]["postgres"]["healthcheck"]["test"]

    def test_lets_redis_answer_others_whatever_the_image_thinks_of_it(self):
        command = COMPOSE["services"]["redis"]["command"]
        assert command[command.index("--protected-mode") + 1] == "no"

    def test_has_redis_ask_for_a_password(self):
        redis = COMPOSE["services"]["redis"]
        assert redis["command"][:2] == ["redis-server", "/run/secrets/redis_conf"]
        assert "redis_conf" in redis["secrets"]
        assert "REDISCLI_AUTH" in redis["healthcheck"]["test"][1]

    def test_sends_nobody_to_a_name_that_they_bring_along(self):
        to_another = r"(?:return 30\d|rewrite) .*"
        assert re.findall(to_another, NGINX) == []  # the product knows its own
        wrong = ("return 301 https://$host$request_uri;", "rewrite ^ https://$host$uri;")
        assert [line for line in wrong if not re.search(to_another, line)] == []

    def test_takes_nobody_for_docker_itself(self):
        assert all(port.startswith("0.0.0.0:") for port in COMPOSE["services"]["nginx"]["ports"])

    def test_leads_on_a_host_of_its_own_to_nginx_as_the_user_that_may_ask_at_the_socket(self):
        """Debian's nginx takes nobody where no user is named."""
        (line,) = re.findall(
            r"^(sed -e .*?) > /etc/nginx/nginx.conf$", OPERATIONS, re.MULTILINE | re.DOTALL
        )
        made = subprocess.run(
            ["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        group = re.search(r"SOCKET_GROUP=([a-z-]+)", OPERATIONS)[1]
        assert made.startswith(f"user {group};\n")
        assert "server 127.0.0.1:8000 " in made
        assert "/dev/std" not in made

    def test_keeps_its_secrets_out_of_git(self):
        kept_out = (ROOT / ".gitignore").read_text().splitlines()
        folders = {Path(secret["file"]).parent.name for secret in COMPOSE["secrets"].values()}
        assert {".env", "deploy/tls/", *(f"deploy/{folder}/" for folder in folders)} <= set(
            kept_out
        )

    def test_is_told_of_by_the_names_of_its_services(self):
        told = re.findall(r"docker compose (?:exec|run)(?: -T| --[a-z-]+)* (\w+)", OPERATIONS)
        assert set(told) <= set(COMPOSE["services"])
        assert {"web", "worker", "migrate", "postgres", "nginx"} <= set(told)

    def test_copies_nothing_out_of_memory_where_docker_finds_no_file(self):
        assert "docker compose run --rm --no-deps -T worker sh -c 'cat > /tmp/b" in OPERATIONS
        assert "docker compose cp" not in OPERATIONS

    def test_mounts_each_secret_that_it_names(self):
        service = COMPOSE["services"]["web"]
        named = {value for name, value in service["environment"].items() if name.endswith("_FILE")}
        assert named == {f"/run/secrets/{name}" for name in service["secrets"]}
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])


class TestChart:
    @pytest.mark.parametrize(
        "line",
        [
            "runAsNonRoot: true",
            "runAsUser: 10001",
            "readOnlyRootFilesystem: true",
            "allowPrivilegeEscalation: false",
            "capabilities: {drop: [ALL]}",
            "seccompProfile: {type: RuntimeDefault}",
            "automountServiceAccountToken: false",
        ],
    )
    def test_gives_its_pods_no_power(self, line):
        assert line in templates()["_helpers.tpl"]

    @pytest.mark.parametrize("name", ["web.yaml", "worker.yaml", "migrate.yaml", "backup.yaml"])
    def test_has_every_pod_so(self, name):
        assert {'include "vectice.pod"', 'include "vectice.container"'} <= set(
            re.findall(r'include "vectice\.(?:pod|container)"', templates()[name])
        )
        assert templates()[name].count("containers:") == 1

    def test_has_the_user_of_the_image(self):
        assert (
            f"USER {re.search(r'runAsUser: (.+)', templates()['_helpers.tpl'])[1]}:" in DOCKERFILE
        )

    def test_asks_at_addresses_that_there_are(self):
        probes = re.findall(
            r"(\w+)Probe:\s+httpGet: \{path: (\S+), port: http\}", templates()["web.yaml"]
        )
        assert {kind: resolve(path).url_name for kind, path in probes} == {
            "startup": "ready",
            "readiness": "live",
            "liveness": "live",
        }

    def test_looks_after_the_file_that_the_worker_touches(self):
        asked = re.search(r"find (\S+) -mmin", templates()["worker.yaml"])[1]
        assert asked == VALUES["settings"]["WORKER_ALIVE_PATH"]

    @pytest.mark.parametrize(
        "value", ["nodeSelector", "tolerations", "extraVolumes", "extraVolumeMounts"]
    )
    def test_gives_every_pod_what_its_operator_adds(self, value):
        assert f"with .Values.{value}" in templates()["_helpers.tpl"]

    def test_migrates_before_it_serves(self):
        assert "helm.sh/hook: pre-install,pre-upgrade" in templates()["migrate.yaml"]

    @pytest.mark.parametrize(
        "kind",
        [
            "Ingress",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "HorizontalPodAutoscaler",
            "Service",
            "Deployment",
            "CronJob",
        ],
    )
    def test_has(self, kind):
        assert re.search(rf"^kind: {kind}$", "\n".join(templates().values()), re.MULTILINE)

    def test_sets_only_what_there_is(self):
        assert set(VALUES["settings"]) <= known_settings()
        assert {f"{name}_FILE" for name in VALUES["secretKeys"]} <= known_settings()

    def test_brings_no_secret(self):
        kinds = set(re.findall(r"^kind: (\w+)$", "\n".join(templates().values()), re.MULTILINE))
        assert "Secret" not in kinds
        assert "Deployment" in kinds

    def test_uses_every_value_and_no_other(self):
        used = set(re.findall(r"\.Values\.(\w+)", "\n".join(templates().values())))
        assert used == set(VALUES)


class TestSystemd:
    @pytest.mark.parametrize(
        "path", sorted((ROOT / "deploy" / "systemd").glob("*.service")), ids=lambda path: path.stem
    )
    def test_unit_starts_what_there_is_without_root(self, path):
        unit = configparser.RawConfigParser(strict=False)
        unit.optionxform = str
        unit.read_string(path.read_text())
        service = unit["Service"]
        assert (service["User"], service["NoNewPrivileges"], service["ProtectSystem"]) == (
            "vectice",
            "yes",
            "strict",
        )
        command = re.search(r"manage\.py (\w+)", service["ExecStart"])
        assert (
            command[1] in get_commands()
            if command
            else "python:vectice_admin.gunicorn" in service["ExecStart"]
        )


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md", "deploy/compose.yaml"])
def test_no_example_shows_a_redis_without_a_password(name):
    text = (ROOT / name).read_text()
    assert re.findall(r"rediss?://(?!:)[^\s`]*", text) == []
    assert name == "deploy/compose.yaml" or "redis://:" in text


class TestNginx:
    def test_says_for_whom_it_speaks_and_believes_no_client(self):
        said = dict(re.findall(r"proxy_set_header (\S+) (\S+);", NGINX))
        assert said["X-Forwarded-For"] == "$remote_addr"
        assert (said["X-Forwarded-Proto"], said["X-Request-ID"]) == ("$scheme", "$request_id")

    def test_sets_them_in_one_place_since_a_second_one_would_hide_the_first(self):
        for_all, _start, servers = NGINX.partition("server {\n        listen")
        assert ("proxy_set_header" in for_all, "proxy_pass" in servers) == (True, True)
        assert "proxy_set_header" not in servers

    @pytest.mark.parametrize(
        "path", ["/reset/0b9c/abc-def/", "/join/0b9c/abc-def/", "/unexpected/abc/"]
    )
    def test_logs_no_link(self, path):
        unlogged = re.search(r"map \$uri \$logged \{\s+default 1;\s+~(\S+) 0;", NGINX)[1]
        silent = re.search(r"location ~ (\S+) \{\s+error_log /dev/null;", NGINX)[1]
        assert re.match(unlogged, path)
        assert re.match(silent, path)

    def test_does_not_show_the_figures_outside(self):
        assert "location = /metrics { return 404; }" in NGINX


class TestOperations:
    def test_speaks_of_commands_that_there_are(self):
        told = set(re.findall(r"manage\.py (\w+)", OPERATIONS))
        assert told <= {*get_commands(), "version"}  # which manage.py itself answers
        assert {"migrate", "backup", "restore", "doctor"} <= told

    def test_speaks_of_alerts_and_figures_that_there_are(self):
        alerts = (ROOT / "deploy" / "alerts.yaml").read_text()
        told = set(re.findall(r"Vectice[A-Z]\w+", OPERATIONS))
        assert {name for name in told if f"alert: {name}" not in alerts} == set()
        assert len(told) >= 3

    def test_never_changes_the_folder_that_is_served(self):
        on_hosts = OPERATIONS.partition("With Compose, in `deploy`")[0]
        assert "git pull" not in on_hosts
        assert "git clone" in on_hosts
