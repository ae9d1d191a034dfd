from __future__ import annotations

import json
import logging
import subprocess
import sys

from structlog.testing import capture_logs


def test_it_works(client):
    with capture_logs() as lines:
        client.get("/healthz")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/healthz", 200)


def test_it_keeps_the_proxys_request_id(client):
    response = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})
    assert response["X-Request-ID"] == "proxy-0123456789"


def test_it_refuses_a_request_id_that_could_forge_a_line(client):
    response = client.get("/healthz", headers={"X-Request-ID": "x\ny: forged"})
    assert "forged" not in response["X-Request-ID"]


def test_json_lines_carry_the_bound_ids_also_from_other_loggers():
    script = """
import logging.config
import structlog
from config.logging import configuration
logging.config.dictConfig(configuration(format="json", level="INFO"))
with structlog.contextvars.bound_contextvars(run="r1", session="s1"):
    logging.getLogger("a.library").warning("slow by %s", 3)
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("a.library").exception("broke")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    first, second = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["run"], first["session"]) == ("slow by 3", "r1", "s1")
    assert (first["level"], first["logger"]) == ("warning", "a.library")
    assert "ZeroDivisionError" in second["exception"]
    assert "run" not in second


def test_a_password_reset_key_stays_out_of_the_log(client, db):
    with capture_logs() as lines:
        client.get("/accounts/password/reset/key/1-secretkey/")
    assert lines
    assert "secretkey" not in json.dumps(lines, default=str)


def test_requests_of_a_signed_in_user_name_them(user_client, user, caplog):
    import structlog

    seen: dict[str, object] = {}

    class Spy(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.update(structlog.contextvars.get_contextvars())

    spy = Spy()
    logging.getLogger("rostrum.access").addHandler(spy)
    try:
        user_client.get("/healthz")
    finally:
        logging.getLogger("rostrum.access").removeHandler(spy)
    assert seen["user"] == str(user.pk)
