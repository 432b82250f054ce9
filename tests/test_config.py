"""The settings: defaults, places, and every mistake at once."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.cli.run import _secrets
from bot.config import Settings, keys, load
from bot.errors import UsageError

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
TOKEN = "canary-token-7"  # noqa: S105  a planted one


@pytest.fixture(autouse=True)
def _working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _config(text: str) -> Path:
    path = Path("config.toml")
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def _mistakes(text: str, **environ: str) -> list[str]:
    with pytest.raises(UsageError) as raised:
        load(_config(text), environ)
    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value)
    return re.split(r"; (?=config\.toml|FOYER)", str(raised.value))


def test_everything_has_a_default() -> None:
    settings = load(None, {})
    assert settings.store.url == "sqlite:///foyer.db"
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 0)
    assert (settings.defaults.timezone, settings.defaults.language) == ("UTC", "en")
    assert settings.discord.token is None
    assert settings.telegram.token is None


def test_settings_cannot_be_changed() -> None:
    settings = load(None, {})
    with pytest.raises(ValidationError):
        settings.http.port = 5
    with pytest.raises(ValidationError):
        settings.http = settings.http


def test_a_variable_wins_over_dotenv_over_secrets_over_the_file() -> None:
    _config("[http]\nport = 1\n")
    secrets = Path("secrets")
    secrets.mkdir()
    environ = {"FOYER_SECRETS_DIR": str(secrets)}
    assert load(None, environ).http.port == 1
    (secrets / "foyer_http__port").write_text("2\n")
    assert load(None, environ).http.port == 2
    Path(".env").write_text("FOYER_HTTP__PORT=3\n")
    assert load(None, environ).http.port == 3
    assert load(None, {**environ, "FOYER_HTTP__PORT": "4"}).http.port == 4


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    assert _mistakes(
        'timezone = "UTC"\n'
        "[discord]\n"
        "tokn = 1\n"
        'api_url = "ftp://here"\n'
        "[http]\n"
        "port = 70000\n"
        "[defaults]\n"
        'timezone = "Europe/Pariss"\n'
        'language = "xx"\n',
        FOYER_HTTP__HOST="",
        FOYER_TELEGRAM__TOCKEN="x",
        FOYER_STORE__URL="mysql://user:hunter2@host/db",
    ) == [
        "config.toml:1: timezone: unknown setting; did you mean 'defaults.timezone'?",
        "config.toml:3: discord.tokn: unknown setting; did you mean 'discord.token'?",
        "FOYER_TELEGRAM__TOCKEN: unknown setting; did you mean 'telegram.token'?",
        "config.toml:4: discord.api_url: must be an address beginning with https or http://",
        "FOYER_STORE__URL: a store is not reached by 'mysql'; write sqlite:///FILE,"
        " sqlite:////FOLDER/FILE or postgresql://USER@HOST/DATABASE",
        "config.toml:6: http.port: input should be less than or equal to 65535",
        "config.toml:8: defaults.timezone: unknown time zone 'Europe/Pariss';"
        " did you mean 'Europe/Paris'?",
        "config.toml:9: defaults.language: unknown language 'xx'; one of en, fr",
    ]


def test_a_table_written_as_a_value_is_told() -> None:
    assert _mistakes("http = 5\n") == [
        "config.toml:1: http: is a table; write [http] and its keys below"
    ]


@pytest.mark.parametrize("name", ["", "Europe", "../etc/passwd", "/etc/localtime", "a\0b", "CEST"])
def test_a_time_zone_must_exist(name: str) -> None:
    escaped = name.replace("\0", "\\u0000")
    (mistake,) = _mistakes(f'defaults.timezone = "{escaped}"')
    assert mistake.startswith("config.toml:1: defaults.timezone: unknown time zone ")


def test_a_token_is_never_shown() -> None:
    settings = load(None, {"FOYER_DISCORD__TOKEN": TOKEN})
    assert settings.discord.token is not None
    assert settings.discord.token.get_secret_value() == TOKEN
    for shown in (str(settings), repr(settings), settings.model_dump_json()):
        assert TOKEN not in shown


@pytest.mark.parametrize("value", [f'["{TOKEN}"]', f'{{ value = "{TOKEN}" }}', "7", "true"])
def test_a_token_of_the_wrong_type_is_refused_without_showing_it(value: str) -> None:
    assert TOKEN not in str(_mistakes(f"[discord]\ntoken = {value}\n"))


def test_the_store_s_password_is_not_shown() -> None:
    settings = load(None, {"FOYER_STORE__URL": "postgresql://user:hunter2@host/db"})
    assert "hunter2" not in repr(settings)


def test_the_example_is_the_defaults() -> None:
    assert load(EXAMPLE, {}) == load(None, {})


def _written(document: dict[str, Any]) -> dict[str, Any]:
    return {f"{table}.{key}": value for table in document for key, value in document[table].items()}


def _described() -> dict[str, tuple[Any, str]]:
    """Default and sentence of every setting, by the JSON Schema."""
    schema = Settings.model_json_schema()
    return {
        f"{table}.{key}": (field["default"], field["description"])
        for table, reference in schema["properties"].items()
        for key, field in schema["$defs"][_name(reference)]["properties"].items()
    }


def _name(reference: dict[str, Any]) -> str:
    name: str = reference["$ref"].rpartition("/")[2]
    return name


def test_the_example_holds_every_setting_with_its_default() -> None:
    written = _written(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    assert list(written) == list(_described()) == list(keys())
    assert {key: value or None for key, value in written.items()} == {
        key: default or None for key, (default, _) in _described().items()
    }


def test_the_example_explains_every_setting_in_one_sentence() -> None:
    found = re.findall(r"^# (.+)\n(\w+) = ", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    keys_in_order = [key.rpartition(".")[2] for key in _described()]
    sentences = [sentence for _, sentence in _described().values()]
    assert found == list(zip(sentences, keys_in_order, strict=True))


def test_the_schema_knows_no_other_keys() -> None:
    schema = Settings.model_json_schema()
    assert schema["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())


def test_a_webhook_needs_an_address_that_telegram_can_call_and_a_secret() -> None:
    assert _mistakes('[telegram]\nwebhook_url = "https://foyer.example/hook"\n') == [
        "config.toml:2: telegram.webhook_url: needs a telegram.webhook_secret beside it"
    ]
    for url in ("http://foyer.example/hook", "foyer.example/hook", "https://"):
        assert _mistakes(
            f'[telegram]\nwebhook_secret = "s"\nwebhook_url = "{url}"\n',
        ) == ["config.toml:3: telegram.webhook_url: must be an address beginning with https://"]
    called = load(
        _config(
            '[telegram]\nwebhook_url = "https://foyer.example/hook"\nwebhook_secret = "s-1_"\n'
        ),
        {},
    )
    assert called.telegram.webhook_secret is not None
    assert called.telegram.webhook_url == "https://foyer.example/hook"


def test_a_bot_api_server_at_home_may_call_without_tls() -> None:
    settings = load(
        _config(
            '[telegram]\napi_url = "http://127.0.0.1:8081/bot"\n'
            'webhook_secret = "s"\nwebhook_url = "http://127.0.0.1:8443/hook"\n'
        ),
        {},
    )
    assert settings.telegram.webhook_url.startswith("http://")


@pytest.mark.parametrize("secret", ["with space", "é", "a" * 257, "semi;colon", "line\\n"])
def test_a_webhook_secret_is_of_the_letters_that_telegram_takes(secret: str) -> None:
    text = f'[telegram]\nwebhook_secret = "{secret}"\nwebhook_url = "https://foyer.example/hook"\n'
    (mistake,) = _mistakes(text)
    assert mistake == (
        "config.toml:2: telegram.webhook_secret:"
        " must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -"
    )


def test_a_webhook_secret_is_never_shown_and_must_be_private() -> None:
    settings = load(None, {"FOYER_TELEGRAM__WEBHOOK_SECRET": TOKEN})
    for shown in (str(settings), repr(settings), settings.model_dump_json()):
        assert TOKEN not in shown
    path = _config(f'[telegram]\nwebhook_secret = "{TOKEN}"\n')
    path.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600") as raised:
        load(path, {})
    assert TOKEN not in str(raised.value)


def test_a_webhook_secret_is_hidden_in_every_log() -> None:
    settings = load(None, {"FOYER_TELEGRAM__WEBHOOK_SECRET": TOKEN})
    assert TOKEN in _secrets(settings, settings.store.url)
