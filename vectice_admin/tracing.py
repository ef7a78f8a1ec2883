"""
Traces by OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT says where they go and
requirements-tracing.txt is installed.

A span names the page as urls.py does, never its address: addresses hold ids, searches and the
tokens of links.
"""

from vectice_admin import env, request_id
from vectice_admin.measuring import page_of

# And the other variables that OpenTelemetry knows, OTEL_SERVICE_NAME say.
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SERVICE = "vectice-admin"


def is_wanted():
    """
    Return whether traces are to be made; where their packages are missing the start ends with one
    line.
    """
    if not env.endpoint(ENDPOINT):
        return False
    try:
        import opentelemetry.exporter.otlp.proto.http  # noqa: F401, PLC0415
    except ImportError:
        env.wrong(ENDPOINT, "needs the packages of requirements-tracing.txt")
    return True


def export():
    """Send spans from now on, from a thread of this process: call it after a fork."""
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(
        resource=Resource.create({"service.name": env.text("OTEL_SERVICE_NAME") or SERVICE})
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


class Tracing:
    """A span around each request, with the id that stands in the log."""

    def __init__(self, get_response):
        from opentelemetry import trace  # noqa: PLC0415

        self.get_response, self.kind = get_response, trace.SpanKind.SERVER
        self.tracer = trace.get_tracer(SERVICE)

    def __call__(self, request):
        with self.tracer.start_as_current_span("request", kind=self.kind) as span:
            response = self.get_response(request)
            page = page_of(request)
            span.update_name(f"{request.method} {page}")
            span.set_attribute("http.request.method", request.method)
            span.set_attribute("http.route", page)
            span.set_attribute("http.response.status_code", response.status_code)
            span.set_attribute("request.id", request_id.current())
            return response
