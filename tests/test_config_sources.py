"""The places where settings are written down."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config_sources import Found, read_sources
from bot.errors import UsageError

TOKEN = "canary-token-7"  # noqa: S105  a planted one


def _config(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_nothing_written_down_is_no_settings(tmp_path: Path) -> None:
    assert read_sources(None, {}, tmp_path) == {}


def test_each_place_is_named_with_what_it_says(tmp_path: Path) -> None:
    _config(tmp_path, '# first\n[http]\nport = 1\n[discord]\n"api_url" = "a"\nextra.deep = 2\n')
    (tmp_path / ".env").write_text("FOYER_HTTP__HOST=h\nOTHER=1\n")
    (tmp_path / "foyer_telegram__token").write_text(f"{TOKEN}\n")
    environ = {"FOYER_STORE__URL": "u", "FOYER_SECRETS_DIR": str(tmp_path), "FOYER_HTTP__PORT": ""}
    assert read_sources(None, environ, tmp_path) == {
        "http.port": Found(1, "config.toml:3: http.port"),
        "discord.api_url": Found("a", "config.toml:5: discord.api_url"),
        "discord.extra.deep": Found(2, "config.toml:6: discord.extra.deep"),
        "telegram.token": Found(TOKEN, f"{tmp_path}/foyer_telegram__token"),
        "http.host": Found("h", ".env: FOYER_HTTP__HOST"),
        "store.url": Found("u", "FOYER_STORE__URL"),
    }


def test_a_key_without_a_line_of_its_own_is_placed_at_its_table(tmp_path: Path) -> None:
    _config(tmp_path, '\nhttp = { port = 1, host = "h" }\n')
    assert read_sources(None, {}, tmp_path)["http.port"].origin == "config.toml:2: http.port"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[http]\nport = \n", r"^config\.toml:2: invalid value"),
        ("[http\n", r"^config\.toml:1: "),
        ('a = "', r"^config\.toml:1: "),
        ("a = 1\na = 2\n", r"^config\.toml:2: cannot overwrite a value"),
        ("a = " + "[" * 100_000, r"^config\.toml: is nested too deeply"),
    ],
)
def test_a_mistake_in_the_toml_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    _config(tmp_path, text)
    with pytest.raises(UsageError, match=message) as raised:
        read_sources(None, {}, tmp_path)
    assert "\n" not in str(raised.value)


def test_a_named_config_must_be_a_file_of_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nope\.toml: there is no such file"):
        read_sources(tmp_path / "nope.toml", {}, tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_sources(tmp_path, {}, tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_sources(Path("a\0b"), {}, tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"a = '\xe9'")
    with pytest.raises(UsageError, match=r"latin\.toml: is not UTF-8 text \(byte 5\)"):
        read_sources(latin, {}, tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_token_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = _config(tmp_path, f'[discord]\ntoken = "{TOKEN}"\n', mode)
    with pytest.raises(UsageError, match=r"^config\.toml: .* chmod 600 config\.toml$") as raised:
        read_sources(None, {}, tmp_path)
    assert TOKEN not in str(raised.value)
    path.chmod(0o600)
    assert read_sources(None, {}, tmp_path)["discord.token"].value == TOKEN


def test_a_config_without_a_token_may_be_read_by_anybody(tmp_path: Path) -> None:
    _config(tmp_path, '[discord]\ntoken = ""\n', 0o644)
    assert read_sources(None, {}, tmp_path)["discord.token"].value == ""


def test_a_named_secrets_folder_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"FOYER_SECRETS_DIR: .* is not a folder"):
        read_sources(None, {"FOYER_SECRETS_DIR": str(tmp_path / "nope")}, tmp_path)


def test_a_secret_must_be_a_short_text(tmp_path: Path) -> None:
    secret = tmp_path / "foyer_discord__token"
    secret.write_bytes(b"\xff")
    with pytest.raises(UsageError, match="foyer_discord__token: is not UTF-8 text"):
        read_sources(None, {"FOYER_SECRETS_DIR": str(tmp_path)}, tmp_path)
    secret.write_text("x" * 70_000)
    with pytest.raises(UsageError, match="foyer_discord__token: is too long"):
        read_sources(None, {"FOYER_SECRETS_DIR": str(tmp_path)}, tmp_path)


def test_what_a_dotenv_refers_to_is_not_filled_in(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FOYER_DISCORD__TOKEN=a${HOME}b\n")
    assert read_sources(None, {}, tmp_path)["discord.token"].value == "a${HOME}b"


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_settings_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "config.toml").write_bytes(text.encode())
    assert _outcome(folder).startswith(("settings", "config.toml:"))


def _outcome(folder: Path) -> str:
    try:
        return f"settings {read_sources(None, {}, folder)}"
    except UsageError as error:
        return str(error)
