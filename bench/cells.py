"""How tables write figures."""


def factor(times):
    """Return a ratio as tables have it."""
    return f"{times:,.1f}" if times < 10 else f"{times:,.0f}"


def number(value):
    """Return milliseconds, or requests a second, as tables have them."""
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
