"""Every bound of HTTP below the application, in one place.

Rule: whatever a client can make larger, slower or more numerous has a maximum here, with its reason beside it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """How much and how long one connection may send, and how long it may leave a response unread."""

    # Time. A silent connection has the time for a head, and that of keep-alive after a response.
    head_seconds: float = 10.0  # a client sends its head in one piece
    body_seconds: float = 20.0  # the largest body, 1 MiB, at 420 kbit/s; a bulk change of 1,000 lines at 80

    # Size. What is longer than a target or a head may be is not kept while it arrives.
    max_head_bytes: int = 32_768  # request line and headers; a browser's are 1 to 4 KB
    max_target_bytes: int = 16_384  # the address of a GET holds a whole query
    max_headers: int = 100
    max_message_bytes: int = 8_388_608  # head and body as sent: a body of 1 MiB in chunks of one byte takes 6 MiB
    max_pipelined: int = 16  # requests that wait for the response to an earlier one; browsers send none

    # Closing. A connection that is closed while a body still arrives is reset, and the response lost with it; so the
    # rest is read and discarded for a while.
    linger_seconds: float = 10.0
    max_lingering_bytes: int = 67_108_864  # 64 MiB: discarded in some 50 ms

    # Responses that a client does not read take our memory.
    progress_seconds: float = 10.0  # within which a client reads, while bytes are buffered for it,
    min_progress_bytes: int = 65_536  # so much: 52 kbit/s
    send_buffer_bytes: int = 131_072  # the kernel's share, which it doubles; left alone it grows to 4 MB each

    # Streams of events, which stay open.
    acknowledged_seconds: float = 40.0  # within which a client's system has received what was sent, as on websockets
    stream_flush_seconds: float = 3.0  # for the last events when the server stops, as on websockets

    # A connection beyond the maximum evicts one that is idle or slow. If there is none, it is answered 503 and closed.
    undisturbed_seconds: float = 1.0  # a new or just answered connection has time for its next request
    undisturbed_body_seconds: float = 5.0  # a bulk change of 1,000 lines, 200 KB, at 320 kbit/s
    refused_linger_seconds: float = 2.0
    max_refused: int = 400  # at a time; beyond that the response may be lost

    # One address, of IPv6 one network of 64 bits; this machine and proxies that are listed do not count.
    address_percent: int = 25  # of the connections of a process: a shop's tills and browsers share an address
    address_connects_per_second: float = 200.0  # 4 % of a process; a program may open one for each request
    address_connects_at_once: float = 1_000.0  # all tills and browsers of a shop, when its line is back
