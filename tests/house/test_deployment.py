"""What is shipped beside the product speaks of what the product has."""

import json
import re
from pathlib import Path

import yaml

import accounts.kernel.metrics
from vectice_admin import measuring, metrics  # noqa: F401 - its figures count among ours

DEPLOY = Path(__file__).parent.parent.parent / "deploy"


def figures():
    """Return the names of all that /metrics can show."""
    kinds = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
    source = Path(metrics.__file__).read_text()
    gauges = {f"vectice_{name}" for name in re.findall(r'_gauge\(\s*"(\w+)"', source)}
    families = [*accounts.kernel.metrics.REGISTRY.collect()]
    return gauges | {f"{family.name}{end}" for family in families for end in kinds[family.type]}


def alerts():
    groups = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]
    return {rule["alert"]: rule["expr"] for group in groups for rule in group["rules"]}


def panels():
    return json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]


def asked_for(expression):
    return set(re.findall(r"\bvectice_\w+", expression))


def test_alerts_are_about_figures_that_there_are():
    missing = {name: asked_for(expression) - figures() for name, expression in alerts().items()}
    assert {name: unknown for name, unknown in missing.items() if unknown} == {}
    assert len(missing) > 5


def test_panels_show_figures_that_there_are():
    shown = {
        panel["title"]: " ".join(target["expr"] for target in panel["targets"])
        for panel in panels()
    }
    missing = {title: asked_for(expressions) - figures() for title, expressions in shown.items()}
    assert {title: unknown for title, unknown in missing.items() if unknown} == {}
    assert [
        title
        for title, expressions in shown.items()
        if not asked_for(expressions) and "up{" not in expressions
    ] == []


def test_every_figure_is_on_the_dashboard():
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    missing = {re.sub(r"_(count|sum)$", "_bucket", name) for name in figures()} - asked_for(shown)
    assert missing == set()
    assert "vectice_requests_total" in figures()


def test_panels_do_not_lie_over_each_other():
    taken = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert max(x for x, _y in cells) < 24
        assert not cells & taken
        taken |= cells
