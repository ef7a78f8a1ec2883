"""Which networks an IP address is counted with."""

import ipaddress

# By version of IP: prefix lengths, the narrowest first, each with how many times as much is let
# through. An IPv6 subscriber gets a /64 at least, often a /56 or a /48, and with it 256 or 65,536
# networks to try from.
PREFIXES = {4: ((32, 1), (24, 5)), 6: ((64, 1), (56, 2), (48, 4))}
UNKNOWN = "unknown"  # behind a Unix socket


def around(address: str | None) -> list[tuple[str, int]]:
    """
    Return the networks around an IP address (or None) as texts, the narrowest first, each with its
    factor.
    """
    if not address:
        return [(UNKNOWN, 1)]
    ip = ipaddress.ip_address(address)
    networks = (
        (ipaddress.ip_network((ip, prefix), strict=False), factor)
        for prefix, factor in PREFIXES[ip.version]
    )
    return [(str(network), factor) for network, factor in networks]


def of(address: str | None) -> str:
    """Return the narrowest network of an IP address (or None), as a text."""
    return around(address)[0][0]
