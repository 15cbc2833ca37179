"""What may be fetched: the rules one by one, and two thousand hostile addresses counted at the socket."""

from __future__ import annotations

import ipaddress
import random
import socket
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import httpcore
import pytest

from config.errors import RefusedError
from ingest.archive import Archive
from ingest.client import FetchLimits
from ingest.fetch import fetch_all
from ingest.guard import GuardedBackend, check_address, check_type, check_url, resolve
from ingest.network import Network, online
from ingest.worker import FetchEvent, Wanted
from tests.loopback import Reply, Request, Web, article, moved


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("file:///etc/passwd", "scheme file"),
        ("gopher://example.org/_x", "scheme gopher"),
        ("ftp://example.org/a", "scheme ftp"),
        ("javascript:alert(1)", "scheme javascript"),
        ("//example.org/a", "scheme none"),
        ("https:///a", "no host"),
        ("https://user@example.org/", "credentials"),
        ("https://:@example.org/", "credentials"),
        ("https://example.org:8080/", "port 8080"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org:99999/", "not a valid address"),
        ("https://[::1/", "not a valid address"),
        ("https://[fe80::1%25eth0]/", "interface"),
        ("https://a..b/", "not a valid host name"),
        ("https://%31%32%37.0.0.1/", "not a valid host name"),
        ("https://exa mple.org/", "not a valid host name"),
        ("https://" + "a" * 64 + ".org/", "not a valid host name"),
        ("https://example.org/" + "a" * 5000, "more than 4000 characters"),
    ],
)
def test_every_refusal_names_its_rule(url: str, rule: str) -> None:
    with pytest.raises(RefusedError, match=rule) as raised:
        check_url(url)
    assert str(raised.value).startswith("refused: ")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://bücher.example/süß?q=ä b#part", "https://xn--bcher-kva.example/s%C3%BC%C3%9F?q=%C3%A4%20b"),
        ("https://example.org:443/a%20b", "https://example.org:443/a%20b"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
        ("https://①②⑦.0.0.1/", "https://127.0.0.1/"),
    ],
)
def test_an_address_is_asked_for_in_ascii(url: str, asked: str) -> None:
    assert check_url(url) == asked


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 "
    "100.127.255.255 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 "
    "255.255.255.255 ::1 :: fe80::1 fc00::1 fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 "
    "::ffff:10.0.0.1 ::ffff:224.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 2002:7f00:1:: "
    "2002:a9fe:a9fe::1 "
    "2001:db8::1 ::127.0.0.1 fe80::1%eth0 2001:0:4136:e378:8000:63bf:80ff:fffe nonsense".split(),
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    with pytest.raises(RefusedError):
        check_address(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_let_through(address: str) -> None:
    check_address(address)


def test_types_that_nothing_reads_are_refused() -> None:
    for kind in ("text/html; charset=utf-8", "application/pdf", "application/octet-stream", "application/atom+xml", ""):
        check_type(kind)
    for kind in ("video/mp4", "image/png", "application/zip", "font/woff2"):
        with pytest.raises(RefusedError, match="not a type that is read"):
            check_type(kind)


# --- connections --------------------------------------------------------------------------------------------------


def test_a_name_s_next_address_is_dialled_when_one_fails_but_not_all_of_a_hundred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = [f"93.184.216.{number}" for number in range(100)]
    dialled: list[str] = []
    connect = socket.create_connection
    good: set[str] = set()
    with Web() as web:

        def counted(address: tuple[str, int], *args: object, **named: object) -> socket.socket:
            dialled.append(address[0])
            if address[0] not in good:
                raise ConnectionRefusedError
            return connect(web.address, *args, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "create_connection", counted)
        backend = GuardedBackend(10, lambda host, port: addresses)
        with pytest.raises(httpcore.ConnectError):
            backend.connect_tcp("many.example", 443, 5)
        assert dialled == addresses[:3]
        good.add(addresses[1])
        backend.connect_tcp("many.example", 443, 5).close()
        assert dialled[3:] == addresses[:2]


def test_a_name_that_is_not_resolved_in_time_is_left_behind() -> None:
    over = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        over.wait(20)
        return [PUBLIC]

    with pytest.raises(httpcore.ConnectTimeout, match="not resolved in time"):
        GuardedBackend(10, slow).connect_tcp("slow.example", 443, 0.05)
    over.set()


def test_a_connection_whose_time_is_up_neither_reads_nor_writes_nor_shakes_hands() -> None:
    with Web() as web:
        backend = GuardedBackend(0.0, lambda host, port: [web.address[0]], lambda address: None)
        stream = backend.connect_tcp("late.example", web.address[1], 5)
        with pytest.raises(httpcore.ReadTimeout, match="not done within 0 s"):
            stream.read(1, 5)
        with pytest.raises(httpcore.WriteTimeout, match="not done within 0 s"):
            stream.write(b"x", 5)
        with pytest.raises(httpcore.ConnectTimeout, match="not done within 0 s"):
            stream.start_tls(Network().tls, "late.example", 5)
        stream.close()


# --- two thousand ---------------------------------------------------------------------------------------------------

FORBIDDEN = ("127.0.0.1", "10.0.0.8", "172.16.9.9", "192.168.0.1", "169.254.169.254", "100.64.0.7", "0.0.0.0",
             "224.0.0.1", "255.255.255.255", "198.18.0.1")  # fmt: skip
FORBIDDEN_6 = ("::1", "fe80::1", "fd00:ec2::254", "ff02::1", "::", "2001:db8::1")
PUBLIC = "93.184.216.34"


def _notations(address: str) -> list[str]:
    """Return one IPv4 address in every notation that some resolver takes."""
    value = int(ipaddress.IPv4Address(address))
    a, b, c, d = address.split(".")
    parts = [int(part) for part in (a, b, c, d)]
    circled = address.translate({ord(str(n)): chr(0x2460 + n - 1) if n else "⓪" for n in range(10)})
    full = address.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    return [
        address, f"{address}.", str(value), hex(value), oct(value).replace("0o", "0"),
        ".".join(hex(part) for part in parts), ".".join(f"0{part:o}" for part in parts),
        ".".join(f"{part:04o}" for part in parts), f"{a}.{b}.{parts[2] * 256 + parts[3]}",
        f"{a}.{value & 0xFFFFFF}", f"{hex(parts[0])}.{b}.{c}.0{parts[3]:o}", circled, full,
        full.replace(".", "。"), "".join(f"%{ord(ch):02x}" for ch in address), f"%{ord(a[0]):02X}{address[1:]}",
        f"[::ffff:{address}]", f"[{mapped.exploded}]", f"[::{address}]", f"[64:ff9b::{address}]",
        f"[64:ff9b:1::{address}]", f"[2002:{value >> 16:x}:{value & 0xFFFF:x}::]", f"{address}%00.example.org",
        f"{address}%2eexample", f"{address}\\@example.org", f"{address}#@example.org", f"{address}?@example.org",
        f"user@{address}", f"example.org@{address}", f"example.org:pw@{address}", f"{address}:80", f"{address}:22",
        f"rebind-{a}-{b}-{c}-{d}.example", f"first-{a}-{b}-{c}-{d}.example", f"both-{a}-{b}-{c}-{d}.example",
        f"LOCALHOST.rebind-{a}-{b}-{c}-{d}.example",
    ]  # fmt: skip


def hostile() -> list[str]:
    """Return two thousand addresses that must not lead to a forbidden one, directly or by redirects."""
    hosts = [notation for address in FORBIDDEN for notation in _notations(address)]
    hosts += [f"[{address}]" for address in FORBIDDEN_6] + ["localhost", "localhost.", "LocalHost", "ip6-localhost"]
    direct = [f"{scheme}://{host}/latest/meta-data/" for host in hosts for scheme in ("http", "https")]
    schemes = [f"{scheme}{rest}" for scheme in ("file:", "gopher:", "ftp:", "dict:", "data:", "ldap:", "FILE:", "jar:")
               for rest in ("///etc/passwd", "//127.0.0.1:6379/_INFO", "//localhost/x", "text/html,<p>x")]  # fmt: skip
    odd = ["http:127.0.0.1/", "http:/127.0.0.1/", "http:///127.0.0.1/", "http:\\\\127.0.0.1\\", "//127.0.0.1/",
           "http://127.0.0.1\t/", "ht\ntp://127.0.0.1/", " http://127.0.0.1/", "http://[::1", "http://]/",
           "http://[::ffff:7f00:1%25lo]/", "https://127.0.0.1:443\\.example.org/"]  # fmt: skip
    plain = list(dict.fromkeys([*direct, *schemes, *odd]))
    targets = random.Random(5).sample(plain, len(plain))
    chained = [
        f"http://hop{hops}.example/?to={quote(target, safe='')}&left={hops}" for target in targets for hops in (0, 1, 2)
    ]
    return [*plain, *chained][:2000]


class _ChangingNames:
    """A resolver whose answers for some names change between look-ups; others go to the system's."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked[host] += 1
        for kind in ("rebind-", "first-", "both-"):
            if kind in host:
                inner = host.split(kind)[1].removesuffix(".example").replace("-", ".")
                if kind == "both-":
                    return [PUBLIC, inner]
                bad_now = (self.asked[host] % 2 == 0) == (kind == "rebind-")
                return [inner if bad_now else PUBLIC]
        if host.startswith("hop") or host.endswith("example.org"):
            return [PUBLIC]
        return resolve(host, port)


def test_two_thousand_hostile_addresses_reach_nothing_forbidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every connection is counted where the socket is made; public addresses lead to our own server."""
    urls = hostile()
    assert len(urls) == len(set(urls)) == 2000
    dialled: Counter[str] = Counter()
    connect = socket.create_connection

    def hop(request: Request) -> Reply:
        from urllib.parse import parse_qs, urlsplit

        query = parse_qs(urlsplit(request.target).query)
        left = int(query.get("left", ["0"])[0])
        to = query.get("to", [""])[0]
        again = f"http://hop9.example/?to={quote(to, safe='')}&left={left - 1}"
        return moved(again if left else to) if to else Reply(body=article("Reached"))

    with Web() as web:
        for number in (0, 1, 2, 9):
            web.pages[f"hop{number}.example/robots.txt"] = Reply(404)
            web.pages[f"hop{number}.example*"] = hop

        def counted(address: tuple[str, int], *args: object, **named: object) -> socket.socket:
            dialled[address[0]] += 1
            return connect(web.address, *args, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "create_connection", counted)
        tls = Network().tls
        web.authority.configure_trust(tls)
        network = Network(GuardedBackend(10, _ChangingNames()), tls)
        limits = FetchLimits(connect_seconds=5, total_seconds=10, pause_seconds=0, attempts=1, retry_seconds=0)
        told: list[FetchEvent] = []
        with Archive.open(tmp_path / "archive") as archive:
            fetch_all([Wanted((url,)) for url in urls], archive, limits, network, told.append)
            # A name that changes its mind gets a second chance to be let in.
            fickle = [Wanted((url,)) for url in urls if "rebind-" in url or "first-" in url]
            fetch_all(fickle, archive, limits, network, told.append, since="9999")
    assert sum(bool(event.url) for event in told) == 2000 + len(fickle)
    assert set(dialled) == {PUBLIC}
    assert dialled[PUBLIC] > 1000
    refused = Counter(event.reason.split(" (")[0] for event in told if event.reason.startswith("refused: "))
    assert sum(refused.values()) > 1900, refused


def test_looking_for_a_network_dials_nothing_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[str] = []

    def counted(address: tuple[str, int], *args: object, **named: object) -> socket.socket:
        dialled.append(address[0])
        raise OSError("not here")

    def hijacked(host: str, port: int) -> list[str]:
        return ["1.1.1.1"] if host == "one.one.one.one" else ["192.168.1.1"] if host == "dns.google" else [host]

    monkeypatch.setattr(socket, "create_connection", counted)
    network = Network(GuardedBackend(resolver=hijacked))
    assert not online(network, ["127.0.0.1", "169.254.169.254", "10.0.0.1"])
    assert dialled == ["1.1.1.1"]


def test_where_no_name_resolves_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def gateway(*args: object, **named: object) -> socket.socket:
        return socket.socket()

    def silent(host: str, port: int) -> list[str]:
        raise OSError("no resolver")

    monkeypatch.setattr(socket, "create_connection", gateway)
    assert not online(Network(GuardedBackend(resolver=silent)), ["arxiv.org"])
