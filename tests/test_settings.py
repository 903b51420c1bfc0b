"""What was configured: every mistake is named with what it should look like, and no value is repeated."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from proactive.app import build
from proactive.campaigns.options import campaign_options
from proactive.campaigns.pace import Pace, SendingHours, Window
from proactive.campaigns.signs_of_harm import SignsOfHarm
from proactive.errors import SettingsError
from proactive.migrations.database_settings import DatabaseSettings
from proactive.monitoring.alert_loop import build_alert_loop
from proactive.settings import _EXAMPLES as EXAMPLES
from proactive.settings import RedisSettings, Settings, load_redis_url, load_settings
from proactive.web.services import build_services
from tests.support.redis_servers import certificate

NEEDED = {
    "SUPABASE_URL": "https://abc.supabase.co",
    "SUPABASE_SERVICE_ROLE_KEY": "a-secret-key",
    "WHATSAPP_URL": "http://localhost:8080",
    "WHATSAPP_API_KEY": "another-secret",
}
NAMES = {name.upper() for name in Settings.model_fields}
Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Loads settings from the given variables and nothing else: no developer's .env, no other environment."""
    for name in NAMES | {"RQ_REDIS_URL"}:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)
    for model in (RedisSettings, Settings):
        monkeypatch.setitem(model.model_config, "env_file", ".env")

    def loaded(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return loaded


def complaint(load: Load, **variables: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load(**variables)
    assert refused.value.__suppress_context__
    return str(refused.value)


def test_the_four_that_nobody_can_guess_are_enough(load: Load) -> None:
    settings = load(**NEEDED)
    assert settings.redis_url.get_secret_value() == "redis://localhost:6379/0"
    assert (settings.rate_limit, settings.rate_window) == (20, 60)
    assert (settings.vip_bookings, settings.low_occupancy_below, settings.slot_minutes) == (5, 3, 60)
    assert settings.aurora_service_url is None
    assert [settings.options()[name] for name in ("quiet_from", "quiet_until")] == ["21:00", "08:00"]


@pytest.mark.parametrize("missing", NEEDED)
def test_a_missing_variable_is_named_with_what_it_should_look_like(load: Load, missing: str) -> None:
    lines = complaint(load, **{name: value for name, value in NEEDED.items() if name != missing}).splitlines()
    assert lines[0].startswith(f"{missing} is missing. It should look like: ")
    assert lines[1:] == ["Set it in the environment or in .env (see .env.example)."]


def test_everything_that_is_missing_is_said_at_once(load: Load) -> None:
    lines = complaint(load).splitlines()
    assert {line.split(" ")[0] for line in lines[:-1]} == set(NEEDED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "http://secret:6379"),
        ("RQ_REDIS_URL", "secret"),
        ("SUPABASE_URL", "abc-secret.supabase.co"),
        ("WHATSAPP_URL", "secret"),
        ("WHATSAPP_GATEWAY", "secret-gateway"),
        ("AURORA_SERVICE_URL", "ftp://secret"),
        ("AURORA_SERVICE_TIMEOUT", "secret"),
        ("RATE_LIMIT", "21"),
        ("RATE_LIMIT", "0"),
        ("RATE_WINDOW", "59"),
        ("SENDS_IN_FLIGHT", "0"),
        ("SENDS_IN_FLIGHT", "129"),
        ("SENDS_IN_FLIGHT", "many"),
        ("GATEWAY_TIMEOUT", "0"),
        ("SUPABASE_TIMEOUT", "secret"),
        ("QUIET_FROM", "secret"),
        ("QUIET_UNTIL", "25:00"),
        ("VIP_BOOKINGS", "0"),
        ("LOW_OCCUPANCY_BELOW", "secret"),
        ("SLOT_MINUTES", "4"),
        ("DASHBOARD_PORT", "65536"),
        ("CAMPAIGN_OPENS", "secret"),
        ("CAMPAIGN_CLOSES", "09:00"),
        ("CAMPAIGN_CLOSES", "08:59"),
        ("CAMPAIGN_SUNDAYS", "secret"),
        ("CAMPAIGN_HOLIDAYS", "2"),
        ("CAMPAIGN_LATE_AFTER", "0"),
        ("LOG_LEVEL", "secret"),
    ],
)
def test_a_bad_value_is_named_and_never_repeated(load: Load, name: str, value: str) -> None:
    said = complaint(load, **NEEDED | {name: value})
    assert said.splitlines()[0].startswith(f"{name.removeprefix('RQ_')} is not usable: ")
    assert len(said.splitlines()) == 2
    assert "secret" not in said
    for secret in (NEEDED["SUPABASE_SERVICE_ROLE_KEY"], NEEDED["WHATSAPP_API_KEY"]):
        assert secret not in said


#: What people, shells and files have put into variables.
ODD = (
    " ", "\n", "\ufeff", "\u00a0", "chav\u00e9", "\U0001f436", "\udcff", "a b", "a\nb", "\x1b[31m", '"quoted"', "'",
    "null", "None", "true", "-1", "0", "1", "1.5", "1e3", "1e999", "nan", "inf", "-inf", "9" * 5000, "0x10", "\u0661",
    "24:00", "21:00Z", "12:30:45", "http://", "http://h:0", "http://h:99999", "http://[::1", "http://h?x#y",
    "http://h/%zz", "http://u:p@h", "https://[::1]:8080/", "redis://h:0", "redis://h:99999", "redis://h/x",
    "redis://[::1", "redis://h?foo=bar", "http://\u00fc.de", "//h", "h:8080", "file:///etc/passwd", "../..", "%s%n{}",
    "${HOME}", "x" * 100_000, "[]", "{}", "a,b,c", ",", ":", "sha256:" + "0" * 64,
)  # fmt: skip


@pytest.fixture
def one_certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Clients that trust one authority: reading all of them is most of the time of building a client."""
    made = certificate(tmp_path)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(made.path))


@pytest.mark.usefixtures("one_certificate")
@pytest.mark.parametrize("name", sorted(NAMES))
def test_an_odd_value_of_any_setting_is_told_in_a_sentence_or_can_be_used(load: Load, name: str) -> None:
    """Whatever every process builds of the settings at its start can be built of what was loaded."""
    for value in ODD:
        try:
            settings = load(**NEEDED | {name: value})
            app = build(settings)
            build_services(app)
            build_alert_loop(app)
        except SettingsError as error:
            said = str(error)
            assert name in said.splitlines()[0], (value, said)
            assert "Traceback" not in said
            assert len(said) < 500
            assert len(value) < 5 or value.strip() == "" or value not in said.replace(example_of(name), ""), (
                value,
                said,
            )


def example_of(name: str) -> str:
    """The example that the sentence about a setting gives, which may be what was tried."""
    return str(EXAMPLES.get(name.lower()))


@pytest.mark.parametrize("name", ["REDIS_URL", "SUPABASE_URL", "WHATSAPP_URL", "QUIET_FROM"])
def test_what_an_address_or_a_time_should_look_like_is_shown(load: Load, name: str) -> None:
    assert "It should look like: " in complaint(load, **NEEDED | {name: "nonsense"}).splitlines()[0]


def test_keys_do_not_show_when_settings_are_printed(load: Load) -> None:
    settings = load(**NEEDED, AURORA_SERVICE_KEY="the-ai-secret")
    assert not re.search("a-secret-key|another-secret|the-ai-secret", f"{settings!r} {settings}")


def test_rqs_own_variable_is_honoured_and_ours_wins(load: Load) -> None:
    assert load(**NEEDED, RQ_REDIS_URL="redis://rq:6379/1").redis_url.get_secret_value() == "redis://rq:6379/1"
    assert load_redis_url() == "redis://rq:6379/1"
    assert load(REDIS_URL="redis://ours:6379/2").redis_url.get_secret_value() == "redis://ours:6379/2"
    assert load_redis_url() == "redis://ours:6379/2"


def test_redis_alone_needs_nothing_else(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_redis_url() == "redis://localhost:6379/0"
    monkeypatch.setenv("REDIS_URL", "nonsense")
    with pytest.raises(SettingsError, match=r"^REDIS_URL is not usable.*redis://localhost:6379/0"):
        load_redis_url()


def test_a_dot_env_file_is_read_and_the_environment_wins(load: Load, tmp_path: Path) -> None:
    values = NEEDED | {"VIP_BOOKINGS": "7", "SLOT_MINUTES": "30", "SOMETHING_ELSE": "x"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    settings = load(SLOT_MINUTES="45")
    assert (settings.vip_bookings, settings.slot_minutes) == (7, 45)


def test_an_empty_variable_counts_as_left_out(load: Load) -> None:
    settings = load(**NEEDED, AURORA_SERVICE_URL="", VIP_BOOKINGS="")
    assert (settings.aurora_service_url, settings.vip_bookings) == (None, 5)


def test_the_checkouts_dot_env_is_read_from_any_folder() -> None:
    files = Settings.model_config["env_file"]
    assert isinstance(files, tuple)
    assert Path(files[0]).is_absolute()
    assert Path(files[0]) == Path(__file__).parent.parent / ".env"


def test_the_example_names_every_setting_and_nothing_else() -> None:
    text = (Path(__file__).parent.parent / ".env.example").read_text()
    named = re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)
    assert sorted(named) == sorted(NAMES | {name.upper() for name in DatabaseSettings.model_fields})
    assert len(NAMES) > 15


def test_campaigns_are_paced_as_specified_unless_settings_say_otherwise(load: Load) -> None:
    assert campaign_options(load(**NEEDED), 60, 5).sending == SendingHours(Window(dt.time(9), dt.time(20)))
    assert campaign_options(load(**NEEDED), 60, 5).pace == Pace()
    assert campaign_options(load(**NEEDED), 60, 5).signs_of_harm == SignsOfHarm()
    given = {"CAMPAIGN_OPENS": "8:30", "CAMPAIGN_CLOSES": "21:00", "CAMPAIGN_SUNDAYS": "true", "CAMPAIGN_HOLIDAYS": "1",
             "CAMPAIGN_LATE_AFTER": "25", "CAMPAIGN_REFUSED": "4", "CAMPAIGN_SILENT_REST": "12"}  # fmt: skip
    options = campaign_options(load(**NEEDED | given), 60, 5)
    assert options.sending == SendingHours(Window(dt.time(8, 30), dt.time(21)), sundays=True, holidays=True)
    assert options.late_after == dt.timedelta(minutes=25)
    assert options.signs_of_harm == SignsOfHarm(refused=4, silent_rest=dt.timedelta(hours=12))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("sb_publishable_abc", "it is the publishable key; the secret one is needed"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.sig", "it is the key of the role anon"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYXV0aGVudGljYXRlZCJ9.sig", "it is the key of the role authenticated"),
    ],
)
def test_a_public_key_of_supabase_is_told_apart(load: Load, key: str, said: str) -> None:
    complained = complaint(load, **NEEDED | {"SUPABASE_SERVICE_ROLE_KEY": key})
    assert complained.startswith(f"SUPABASE_SERVICE_ROLE_KEY is not usable: {said}")
    assert key not in complained


@pytest.mark.parametrize(
    "key",
    ["sb_secret_abc", "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.sig", "a.b.c", "a.e30.c", "a.W10.c", "x"],
)
def test_any_other_key_is_left_to_supabase(load: Load, key: str) -> None:
    load(**NEEDED | {"SUPABASE_SERVICE_ROLE_KEY": key})


def test_keys_of_feeds_are_thirty_two_bytes_each_in_either_alphabet(load: Load) -> None:
    plain, other = "+/" * 21 + "8=", "A" * 43 + "="
    assert load(**NEEDED, CALENDAR_KEY=f" {plain} , {other}").calendar_keys == ("-_" * 21 + "8=", other)
    assert load(**NEEDED, CALENDAR_KEY="").calendar_keys == ()


@pytest.mark.parametrize("key", ["secret", "A" * 43, "A" * 44, "A" * 43 + "=,", "ação", "A" * 86 + "=="])
def test_a_key_of_feeds_that_is_none_is_refused_and_not_repeated(load: Load, key: str) -> None:
    said = complaint(load, **NEEDED, CALENDAR_KEY=key)
    assert "CALENDAR_KEY" in said and "openssl rand" in said and key not in said
