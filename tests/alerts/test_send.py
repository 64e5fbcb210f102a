"""Alerts that get out by mail and webhook, once, and those that do not: nothing fails, and no secret is shown."""

import email
import email.policy
import json
import logging
import smtplib
import ssl

import pytest

from pipelines.alerts import mail
from pipelines.alerts.alert import Alert
from pipelines.alerts.send import SENT_FILE, send
from tests.alerts.servers import mail_server, web_server
from tests.support.shops import make_settings

SECRETS = {"smtp_user": "robot@bakery.example", "smtp_password": "croissant-7", "webhook_url": None}
FAILED = Alert(("failed_night",), "failed_night 1", "the night of 2024-03-01 failed in stage load", "The disk – full.")
STALE = Alert(("stale_marts",), "stale_marts 1", "no new marts since\n2024-02-01", "Look.")


@pytest.fixture
def mails():
    with mail_server() as server:
        yield server


@pytest.fixture
def web():
    with web_server() as server:
        yield server


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.DEBUG)
    yield lambda: caplog.text
    for secret in ("croissant-7", "T0KEN", "AHJvYm90"):
        assert secret not in caplog.text


def by_mail(folder, server, secrets=SECRETS, **more):
    alerts = {
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_security": "none",
        "mail_from": "Bakery <robot@bakery.example>",
        "mail_to": ["owner@bakery.example", "baker@bakery.example"],
        **more,
    }
    return with_home(make_settings(folder, alerts=alerts, alert_secrets=secrets))


def by_web(folder, server, **more):
    secrets = {"webhook_url": f"http://127.0.0.1:{server.port}/services/T0KEN"}
    return with_home(make_settings(folder, alerts={"webhook_url_env": "HOOK", **more}, alert_secrets=secrets))


def with_home(settings):
    settings.home.mkdir(exist_ok=True)
    return settings


def test_a_mail_says_what_happened_in_which_shop_and_where(tmp_path, mails):
    settings = by_mail(tmp_path, mails, {})
    assert send(settings, [FAILED])
    (received,) = mails.received
    message = email.message_from_bytes(received.encode(), policy=email.policy.default)
    assert message["Subject"] == "klantwaarde, shop bakery: the night of 2024-03-01 failed in stage load"
    assert (message["From"], message["To"]) == (
        "Bakery <robot@bakery.example>",
        "owner@bakery.example, baker@bakery.example",
    )
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert text.startswith("The disk – full.\n\nMachine ")
    assert str(settings.home) in text


def test_each_event_is_sent_once_by_each_channel_however_often_it_is_noticed(tmp_path, mails, web):
    settings = by_mail(
        tmp_path, mails, {"webhook_url": f"http://127.0.0.1:{web.port}/services/T0KEN"}, webhook_url_env="HOOK"
    )
    web.answer = 503
    assert not send(settings, [FAILED])
    web.answer = 204
    # The second time only what did not get out, the third time nothing.
    assert send(settings, [FAILED])
    assert send(settings, [FAILED])
    assert (len(mails.received), len(web.received)) == (1, 2)
    records = [json.loads(line) for line in (settings.home / SENT_FILE).read_text().splitlines()]
    assert [(record["channel"], record["key"]) for record in records] == [
        ("mail", "failed_night 1"),
        ("webhook", "failed_night 1"),
    ]
    assert send(settings, [STALE])
    assert len(mails.received) == 2
    assert "Subject: klantwaarde, shop bakery: no new marts since 2024-02-01" in mails.received[1]


@pytest.mark.parametrize(
    ("chosen", "key"), [("slack", "text"), ("discord", "content")], ids=["as Slack takes it", "as Discord takes it"]
)
def test_a_webhook_gets_one_text(tmp_path, web, chosen, key):
    assert send(by_web(tmp_path, web, webhook_format=chosen), [FAILED])
    ((path, body),) = web.received
    assert path == "/services/T0KEN"
    assert list(body) == [key]
    assert body[key].startswith("klantwaarde, shop bakery: the night of 2024-03-01 failed in stage load\nThe disk – ")


def test_a_webhook_in_parts_and_a_text_that_is_too_long(tmp_path, web):
    assert send(by_web(tmp_path, web, webhook_format="json"), [FAILED])
    assert web.received[0][1] == {
        "shop": "bakery",
        "event": "failed_night",
        "subject": "klantwaarde, shop bakery: the night of 2024-03-01 failed in stage load",
        "text": "The disk – full.",
    }
    (tmp_path / "long").mkdir()
    assert send(by_web(tmp_path / "long", web), [Alert(("failed_night",), "k", "long", "x" * 5000)])
    text = web.received[1][1]["text"]
    assert len(text) <= 1_900
    assert "x … \nMachine" in text or "x …\nMachine" in text


@pytest.mark.parametrize(("events", "count"), [(["stale_marts"], 1), ([], 0)])
def test_only_the_chosen_events_are_told(tmp_path, web, events, count):
    assert send(by_web(tmp_path, web, events=events), [FAILED, STALE])
    assert len(web.received) == count


def test_a_shop_that_names_nobody_tells_nobody_and_writes_nothing(tmp_path):
    settings = with_home(make_settings(tmp_path))
    assert send(settings, [FAILED])
    assert not (settings.home / SENT_FILE).exists()


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_a_webhook_that_refuses_is_logged_without_its_url(tmp_path, web, said, answer):
    web.answer = answer
    assert not send(by_web(tmp_path, web), [FAILED])
    assert f"alerts: not sent: webhook at 127.0.0.1: it answered {answer}. It was: klantwaarde, shop bakery" in said()
    assert len(web.received) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/services/T0KEN",
        "http://no host/T0KEN",
        "http://[T0KEN",
        "services/T0KEN",
        "ftp://127.0.0.1/T0KEN",
        "http://ü..T0KEN.example/T0KEN"[:12] + "/T0KEN",
    ],
)
def test_a_webhook_that_cannot_be_reached_is_logged_without_its_url(tmp_path, said, url):
    alerts = {"webhook_url_env": "HOOK"}
    settings = with_home(make_settings(tmp_path, alerts=alerts, alert_secrets={"webhook_url": url}))
    assert not send(settings, [FAILED])
    assert "alerts: not sent: webhook at " in said()
    assert "T0KEN" not in repr(settings)


def test_a_variable_that_is_not_set_is_named(tmp_path, mails, said):
    assert not send(with_home(make_settings(tmp_path, alerts={"webhook_url_env": "HOOK"})), [FAILED])
    assert "environment variable HOOK, which alerts.webhook_url_env names, is not set" in said()
    settings = by_mail(tmp_path, mails, {}, smtp_security="starttls", smtp_user_env="SMTP_USER")
    assert not send(settings, [FAILED])
    assert "environment variable SMTP_USER, which [alerts] names, is not set" in said()


def test_a_log_in_uses_the_secrets_and_a_refused_one_does_not_show_them(tmp_path, mails, said, monkeypatch):
    """The server here has no certificate, so the encryption around the log-in is left out."""
    monkeypatch.setattr(smtplib.SMTP, "starttls", lambda *_, **__: None)
    settings = by_mail(tmp_path, mails, smtp_security="starttls", smtp_user_env="U", smtp_password_env="P")
    assert send(settings, [FAILED])
    assert mails.logins == [["robot@bakery.example", "croissant-7"]]
    mails.is_login_good = False
    assert not send(settings, [STALE])
    assert f"alerts: not sent: mail server 127.0.0.1, port {mails.port}: (535, " in said()
    assert "(secret) is not known here" in said()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_does_not_encrypt_gets_no_mail(tmp_path, mails, said, security):
    mails.timeout = 1
    assert not send(by_mail(tmp_path, mails, smtp_security=security), [FAILED])
    assert (mails.received, mails.logins) == ([], [])
    assert "alerts: not sent: mail server 127.0.0.1" in said()


def test_certificates_are_checked(tmp_path, mails, monkeypatch):
    contexts = []

    def starttls(self, *, context):
        contexts.append(context)

    monkeypatch.setattr(smtplib.SMTP, "starttls", starttls)
    assert send(by_mail(tmp_path, mails, {}, smtp_security="starttls"), [FAILED])
    (context,) = contexts
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_mail_server_that_is_not_there_and_a_sender_that_no_mail_can_have(tmp_path, mails, said):
    assert not send(by_mail(tmp_path, mails, {}, smtp_port=1), [FAILED])
    assert "mail server 127.0.0.1, port 1: [Errno 111] Connection refused" in said()
    assert not send(by_mail(tmp_path, mails, {}, mail_from="a@b\nBcc: c@d"), [FAILED])


def test_a_home_that_cannot_be_written_stops_no_alert(tmp_path, web):
    settings = by_web(tmp_path, web)
    (settings.home / SENT_FILE).mkdir()
    assert send(settings, [FAILED])
    assert len(web.received) == 1


def test_a_line_cut_off_by_a_full_disk_is_passed_over(tmp_path, web):
    settings = by_web(tmp_path, web)
    (settings.home / SENT_FILE).write_text('{"channel": "webhook", "key": "fai\n')
    assert send(settings, [FAILED])
    assert send(settings, [FAILED])
    assert len(web.received) == 1


def test_a_fault_of_ours_fails_nobody(tmp_path, mails, said, monkeypatch):
    monkeypatch.setattr(mail, "send", lambda *_: 1 / 0)
    assert not send(by_mail(tmp_path, mails, {}), [FAILED])
    assert "alerts: not sent: ZeroDivisionError: division by zero" in said()
