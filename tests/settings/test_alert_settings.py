import pytest

from pipelines.errors import SettingsError
from pipelines.settings import load_settings
from tests.support.shops import settings_text

MAIL = 'smtp_host = "mail.example"\nmail_from = "a@b.example"\nmail_to = ["c@d.example"]\n'


@pytest.fixture
def load(tmp_path):
    def load_with(alerts):
        path = tmp_path / "bakery.toml"
        path.write_text(settings_text("2024-02-01", kind="files", path=str(tmp_path)) + f"[alerts]\n{alerts}")
        return load_settings(path)

    return load_with


def test_nobody_is_told_unless_somebody_is_named(load):
    assert not load("").alerts.is_on
    assert load(MAIL).alerts.is_on
    assert load('webhook_url_env = "HOOK"').alerts.is_on
    assert not load('webhook_url_env = "HOOK"\nevents = []').alerts.is_on


def test_secrets_come_from_the_variables_that_are_named_and_never_show(load, monkeypatch):
    monkeypatch.setenv("BAKERY_SMTP_USER", "robot-x1")
    monkeypatch.setenv("BAKERY_SMTP_PASSWORD", "croissant-7")
    monkeypatch.setenv("BAKERY_HOOK", "https://hooks.example/T0KEN")
    settings = load(
        f'smtp_user_env = "BAKERY_SMTP_USER"\nsmtp_password_env = "BAKERY_SMTP_PASSWORD"\n{MAIL}'
        'webhook_url_env = "BAKERY_HOOK"\n'
    )
    held = settings.alert_secrets
    assert [secret.get_secret_value() for secret in (held.smtp_user, held.smtp_password, held.webhook_url)] == [
        "robot-x1",
        "croissant-7",
        "https://hooks.example/T0KEN",
    ]
    shown = f"{settings!r} {settings} {held!r} {settings.model_dump()} {settings.model_dump_json()}"
    for secret in ("robot-x1", "croissant-7", "T0KEN"):
        assert secret not in shown


def test_a_variable_that_is_not_set_gives_no_secret_and_stops_no_night(load, monkeypatch):
    monkeypatch.delenv("BAKERY_HOOK", raising=False)
    assert load('webhook_url_env = "BAKERY_HOOK"').alert_secrets.webhook_url is None


@pytest.mark.parametrize(
    ("alerts", "words"),
    [
        ('mail_to = ["c@d.example"]', ["alerts.mail_to", "needs smtp_host and mail_from beside it"]),
        ('smtp_host = "x"\nmail_to = ["c@d.example"]', ["needs mail_from beside it"]),
        (
            f'smtp_security = "none"\nsmtp_password_env = "P"\n{MAIL}',
            ["alerts.smtp_password_env", "in clear text; set smtp_security to starttls or tls"],
        ),
        ('events = ["stale"]', ["alerts.events.0 = 'stale'", "'stale_marts'"]),
        ("stale_after_days = 0", ["alerts.stale_after_days = 0"]),
        ('webhook_url = "https://hooks.example/T0KEN"', ["alerts.webhook_url: unknown setting", "'webhook_url_env'"]),
        ('webhook_url_env = "https://hooks.example/T0KEN"', ["alerts.webhook_url_env = (not shown): "]),
    ],
)
def test_a_wrong_setting_is_named_and_a_secret_written_into_the_file_is_not_repeated(load, alerts, words):
    with pytest.raises(SettingsError) as error:
        load(alerts)
    for word in words:
        assert word in str(error.value)
    assert "T0KEN" not in str(error.value)
