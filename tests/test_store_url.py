"""Where the store's address is found, and what it means."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.store_url import PostgresUrl, SqliteUrl, find_store_url, parse_store_url


def _written_everywhere(folder: Path) -> dict[str, str]:
    """A store in every place that can name one; the variables to go with it."""
    secrets = folder / "secrets"
    secrets.mkdir()
    (folder / "config.toml").write_text('[store]\nurl = "sqlite:///toml.db"\n')
    (folder / ".env").write_text("FOYER_STORE__URL=sqlite:///dotenv.db\n")
    (secrets / "foyer_store__url").write_text("sqlite:///secret.db\n")
    return {"FOYER_STORE__URL": "sqlite:///variable.db", "FOYER_SECRETS_DIR": str(secrets)}


def test_the_nearest_place_wins(tmp_path: Path) -> None:
    environ = _written_everywhere(tmp_path)
    assert find_store_url("sqlite:///db.db", None, environ, tmp_path) == "sqlite:///db.db"
    assert find_store_url(None, None, environ, tmp_path) == "sqlite:///variable.db"
    del environ["FOYER_STORE__URL"]
    assert find_store_url(None, None, environ, tmp_path) == "sqlite:///dotenv.db"
    (tmp_path / ".env").unlink()
    assert find_store_url(None, None, environ, tmp_path) == "sqlite:///secret.db"
    (tmp_path / "secrets" / "foyer_store__url").unlink()
    assert find_store_url(None, None, environ, tmp_path) == "sqlite:///toml.db"
    (tmp_path / "config.toml").unlink()
    assert find_store_url(None, None, environ, tmp_path) == "sqlite:///foyer.db"


def test_the_option_needs_no_readable_config(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[[[")
    assert find_store_url("sqlite:///a.db", None, {}, tmp_path) == "sqlite:///a.db"


def test_a_named_config_goes_before_the_one_in_the_folder(tmp_path: Path) -> None:
    _written_everywhere(tmp_path)
    (tmp_path / ".env").unlink()
    other = tmp_path / "other.toml"
    other.write_text('store.url = "sqlite:///other.db"')
    assert find_store_url(None, other, {}, tmp_path) == "sqlite:///other.db"


def test_a_mistake_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[store]\n\nurl = 5\n")
    with pytest.raises(UsageError, match=r"^config\.toml:3: store\.url: must be text"):
        find_store_url(None, None, {}, tmp_path)
    with pytest.raises(UsageError, match=r"^--db: this is no store URL"):
        find_store_url("foyer.db", None, {}, tmp_path)
    with pytest.raises(UsageError, match=r"^FOYER_STORE__URL: "):
        find_store_url(None, None, {"FOYER_STORE__URL": "mysql://x"}, tmp_path)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///foyer.db", "foyer.db"),
        ("sqlite:///data/foyer.db", "data/foyer.db"),
        ("sqlite:////data/foyer.db", "/data/foyer.db"),
        ("sqlite:///my store%20.db", "my store%20.db"),
    ],
)
def test_a_sqlite_url_is_a_file(url: str, path: str) -> None:
    assert parse_store_url(url) == SqliteUrl(Path(path))


@pytest.mark.parametrize("url", ["postgresql://localhost/foyer", "postgresql:///foyer"])
def test_a_postgresql_url_is_passed_on(url: str) -> None:
    assert parse_store_url(url) == PostgresUrl(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "foyer.db",
        "sqlite:foyer.db",
        "sqlite://foyer.db",
        "sqlite:///",
        "sqlite:////data/",
        "sqlite:///:memory:",
        "sqlite:///foyer.db?mode=ro",
        "sqlite:///a\0b",
        "postgres://localhost/foyer",
        "postgresql://",
        "postgresql://localhost:port/foyer",
        "postgresql://localhost:0/foyer",
        "postgresql://[::1/foyer",
        "postgresql://local host/foyer",
        "mysql://localhost/foyer",
    ],
)
def test_anything_else_is_refused_with_the_fix(url: str) -> None:
    with pytest.raises(UsageError, match=r"sqlite:///|postgresql://|slashes"):
        parse_store_url(url)


@given(st.sampled_from(["postgresql", "postgres", "mysql", "http"]), st.integers(65_536, 99_999))
def test_a_password_is_never_repeated(scheme: str, port: int) -> None:
    url = f"{scheme}://user:hunter2@host:{port}/foyer"
    with pytest.raises(UsageError) as raised:
        parse_store_url(url)
    assert "hunter2" not in str(raised.value)
    assert "hunter2" not in repr(PostgresUrl(url))
