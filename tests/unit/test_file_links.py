"""Links to files: which ones are downloaded, from where, and which requests have the token."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as st
from yarl import URL

from dixa_async import InvalidRequestError
from dixa_async.files.links import resolve_link

DIXA = "https://files.dixa.io"


@pytest.mark.parametrize(
    ("link", "path", "is_private"),
    [
        ("https://files.dixa.io/private/a/1", "/private/a/1", True),
        ("/private/a/1", "/private/a/1", True),
        ("/public/a", "/public/a", False),
        ("https://files.dixa.io/public/a", "/public/a", False),
        ("HTTPS://Files.Dixa.IO:443/private/a?b=c%20d#e", "/private/a?b=c%20d", True),
        ("/private/ü.pdf", "/private/%C3%BC.pdf", True),
        ("/private/a%2Fb+c", "/private/a%2Fb+c", True),
        ("/private/@evil.example", "/private/@evil.example", True),
        ("/private//evil.example/x", None, True),
    ],
)
@pytest.mark.parametrize("server", [DIXA, "http://127.0.0.1:8080", "https://proxy.example/dixa-files"])
def test_a_link_of_dixa_is_fetched_from_the_server_of_the_settings(
    link: str, path: str | None, is_private: bool, server: str
) -> None:
    if path is None:
        with pytest.raises(InvalidRequestError, match="name a file"):
            resolve_link(link, server)
        return
    resolved = resolve_link(link, server)
    assert (resolved.url, resolved.is_private) == (server + path, is_private)
    assert resolve_link(resolved.url, server) == resolved


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/private/a",
        "http://files.dixa.io/private/a",
        "https://files.dixa.io:8443/private/a",
        "https://files.dixa.io.evil.example/private/a",
        "https://evilfiles.dixa.io/private/a",
        "https://files.dixa.io./private/a",
        "https://files.dixa.io@evil.example/private/a",
        "https://files.dixa.io:443@evil.example/private/a",
        "https://user@files.dixa.io/private/a",
        "https://evil.example\\@files.dixa.io/private/a",
        "https://evil.example\\.files.dixa.io/private/a",
        "https://evil.example%2f@files.dixa.io/private/a",
        "https://files.dixa.io%2eevil.example/private/a",
        "https://f%69les.dixa.io/private/a",
        "https://f\u0131les.dixa.io/private/a",
        "https://\ufb01les.dixa.io/private/a",
        "https://files\u3002dixa\u3002io/private/a",
        "https://xn--fles-1pa.dixa.io/private/a",
        "https://[::1]/private/a",
        "https://[files.dixa.io]/private/a",
        "https://[::ffff:127.0.0.1/private/a",
        "https://files.dixa.io:port/private/a",
        "https:files.dixa.io/private/a",
        "https:///private/a",
        "//files.dixa.io/private/a",
        "//evil.example/private/a",
        "///private/a",
        "/\\evil.example/private/a",
        "\\\\evil.example\\private\\a",
        "file:///private/a",
        "data:text/plain,/private/a",
        " https://files.dixa.io/private/a",
        "https://files.dixa.io/private/a\n",
        "https://files.dixa.io\t/private/a",
        "java\nscript:/private/a",
        "/private/a\r\nAuthorization: x",
        "/private/\x00",
        "/private/\ud83d",
        "/private/a?b=\udc80",
        "/private/../public/a",
        "/private/%2e%2e/public/a",
        "/private/%2E%2E%2fbeta/agents",
        "/private/..%5cx",
        "/private/./a",
        "/private/",
        "/private",
        "/Private/a",
        "/%70rivate/a",
        "/beta/agents",
        "https://files.dixa.io/beta/agents",
        "private/a",
        "",
        "/private/" + "a" * 9000,
        "https://files.dixa.io?/private/a",
        "https://files.dixa.io#/private/a",
    ],
)
def test_any_other_link_is_refused(link: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        resolve_link(link, DIXA)
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("link", [None, b"/private/a", 7, URL("/private/a")])
def test_a_link_must_be_a_text(link: object) -> None:
    with pytest.raises(InvalidRequestError, match="must be a str"):
        resolve_link(link, DIXA)


AUTHORITIES = st.lists(
    st.sampled_from(
        [
            "files.dixa.io",
            "evil.example",
            "@",
            ":",
            "443",
            "\\",
            "/",
            "%40",
            "%2f",
            "。",
            ".",
            "[",
            "]",
            "?",
            "#",
            "\u212a",
            ";",
        ]
    ),
    max_size=6,
).map("".join)


@given(
    AUTHORITIES | st.text(max_size=20),
    st.sampled_from(["https://", "HTTPS://", "http://", "//", "/", ""]),
    st.text(max_size=20),
)
def test_whatever_a_link_says_the_request_goes_to_the_one_server(authority: str, scheme: str, rest: str) -> None:
    link = f"{scheme}{authority}/private/{rest}"
    try:
        resolved = resolve_link(link, DIXA)
    except InvalidRequestError:
        return
    # As the URL is read by the library that sends it, and by the standard library.
    url = URL(resolved.url, encoded=True)
    assert (url.scheme, url.raw_authority, url.port, url.user) == ("https", "files.dixa.io", 443, None)
    assert urlsplit(resolved.url).netloc == "files.dixa.io"
    assert url.raw_path.startswith(("/private/", "/public/"))
