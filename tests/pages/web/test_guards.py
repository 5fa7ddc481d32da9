import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

from pages.web import assets, guards
from pages.web.guards import is_loopback, tile_host

ROOT = Path(__file__).parents[3]


def asked_by(client, *, host="127.0.0.1", peer="127.0.0.1"):
    return replace(client, host=host, peer=peer).get("/gm-health")


def test_health_and_headers(client):
    answer = asked_by(client)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "ok"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert policy["connect-src"] == "'self' ws: wss:"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert not any("http" in rule for rule in policy.values())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "[::1]:8501", "127.9.9.9"])
def test_this_computer_is_answered_under_its_own_names(client, host):
    answer = asked_by(client, host=host)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("host", "peer"),
    [
        ("evil.example", "127.0.0.1"),  # a foreign name pointed at this computer (DNS rebinding)
        ("127.0.0.1.evil.example", "127.0.0.1"),  # one that begins like ours
        ("192.168.1.5", "127.0.0.1"),  # this computer's address in its network
        ("127.0.0.1", "192.168.1.9"),  # another computer, whatever it says
        ("localhost", "testclient"),  # a peer that is no address
    ],
)
def test_everybody_else_is_refused(client, host, peer):
    answer = asked_by(client, host=host, peer=peer)
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "header",
    [
        {"Forwarded": "for=192.168.1.9"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Host": "maps.example"},
        {"X-Real-IP": "::1"},
        {"Via": "1.1 x"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_a_proxy_on_this_computer_does_not_let_others_in(client, header):
    assert client.get("/gm-health", header).status_code == 403


def test_a_host_that_is_no_address_is_refused_and_no_error(client):
    assert client.get("/gm-health", {"Host": "[::1"}).status_code == 403


def test_addresses():
    assert all(map(is_loopback, ("127.0.0.1", "127.3.2.1", "::1", "[::1]", "localhost", "LOCALHOST")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "10.0.0.1", "example.org", "localhost.example.org")))  # noqa: S104


@pytest.mark.parametrize("address", ["0.0.0.0", "::", ""])  # noqa: S104
def test_it_does_not_start_where_others_could_reach_it(address, monkeypatch):
    monkeypatch.setattr(guards.st, "get_option", lambda _name: address or None)
    with pytest.raises(SystemExit, match=r"no login yet.*127\.0\.0\.1"):
        guards.stay_local()


def test_the_launcher_refuses_another_address_before_it_listens(tmp_path):
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.address", "0.0.0.0"]  # noqa: S104
    done = subprocess.run([*command, "--server.headless", "true"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "no login yet" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_streamlit_finds_the_app_by_reading_the_launcher():
    found = discover_asgi_app(ROOT / "streamlit_app.py")
    assert found.is_asgi_app
    assert found.app_name == "app"
    assert not (ROOT / "pages" / "pages").exists(), "a pages folder beside the main script would be served without navigation"


def test_the_tile_host_of_the_policy():
    assert tile_host("") == tile_host("/own/{z}/{x}/{y}.png") == ""
    assert tile_host("https://{s}.tiles.example:8443/{z}/{x}/{y}.png") == "https://*.tiles.example:8443"
    for wrong in ("javascript:alert(1)", "https://a;script-src *", "ftp://x/y", "https://user@x/y"):
        with pytest.raises(ValueError, match="base_map"):
            tile_host(wrong)


def test_scripts_and_styles_come_from_here(client):
    for address in (*assets.scripts(), *assets.styles()):
        answer = client.get(f"/{address}")
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"].startswith("private")
        assert len(answer.content) > 1000
    ours = client.get(f"/{assets.scripts()[1]}").text
    assert "innerHTML =" not in ours, "text of data is written with textContent"
    assert "http://" not in ours
    assert "https://" not in ours


def test_the_words_of_the_map(client):
    english, chinese = (client.get(f"/gm-texts?lang={language}").json() for language in ("en", "zh_CN"))
    assert english["closer"] == "Zoom in"
    assert set(english) == set(chinese)
    assert client.get("/gm-texts?lang=../../etc").json() == english
