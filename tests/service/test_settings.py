from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DISPOSISI_")]:
        monkeypatch.delenv(name)


def test_without_environment_the_defaults_of_the_readme_count() -> None:
    settings = load_settings()

    assert settings == Settings(
        model=None,
        models_dir=None,
        rules_dir=None,
        database_url="sqlite:///disposisi.sqlite3",
        auth=None,
        auto="on",
        tolerated_error=0.05,
        audit_share=0.02,
        region=None,
        text_retention_days=90,
        events="on",
        webhook_private="off",
        webhook_http="off",
        requests_per_minute=6000,
    )


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "MODEL": "m",
        "MODELS_DIR": "models",
        "RULES_DIR": "aturan",
        "DATABASE_URL": "postgresql://disposisi@/disposisi",
        "AUTH": "on",
        "AUTO": "off",
        "TOLERATED_ERROR": "0.1",
        "AUDIT_SHARE": "0",
        "REGION": "32.04",
        "TEXT_RETENTION_DAYS": "30",
        "TARGETS": "target.yaml",
        "EVENTS": "off",
        "WEBHOOK_PRIVATE": "on",
        "WEBHOOK_HTTP": "on",
        "REQUESTS_PER_MINUTE": "0",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"DISPOSISI_{name}", value)

    settings = load_settings()

    assert settings.model_dump() == {
        "model": Path("m"),
        "models_dir": Path("models"),
        "rules_dir": Path("aturan"),
        "database_url": "postgresql://disposisi@/disposisi",
        "auth": "on",
        "auto": "off",
        "tolerated_error": 0.1,
        "audit_share": 0.0,
        "region": "32.04",
        "text_retention_days": 30,
        "targets": Path("target.yaml"),
        "events": "off",
        "webhook_private": "on",
        "webhook_http": "on",
        "requests_per_minute": 0,
    }


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPOSISI_REGION", "")

    assert load_settings().region is None


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("AUTH", "no", "expected on or off, got 'no'", id="auth"),
        pytest.param("AUTO", "maybe", "expected on or off, got 'maybe'", id="auto"),
        pytest.param("AUTO", "true", "expected on or off, got 'true'", id="auto-as-bool"),
        pytest.param("TOLERATED_ERROR", "1", "from 0 to below 1", id="error-of-all"),
        pytest.param("TOLERATED_ERROR", "-0.01", "from 0 to below 1", id="error-below-none"),
        pytest.param("TOLERATED_ERROR", "nan", "from 0 to below 1", id="error-is-no-number"),
        pytest.param("TOLERATED_ERROR", "5%", "like 0.05, got '5%'", id="error-as-percent"),
        pytest.param("AUDIT_SHARE", "1.01", "from 0 to 1", id="share-above-all"),
        pytest.param("REGION", "3204", "like 32 or 32.04, got '3204'", id="region-without-dot"),
        pytest.param("TEXT_RETENTION_DAYS", "0", "from 1 to 36500, got '0'", id="no-retention"),
        pytest.param("DATABASE_URL", "mysql://x", "sqlite:///FILE", id="other-database"),
        pytest.param("DATABASE_URL", "sqlite://", "sqlite:///FILE", id="database-in-memory"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(
    name: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DISPOSISI_{name}", value)

    with pytest.raises(SettingsError, match=message) as caught:
        load_settings()

    assert str(caught.value).startswith(f"DISPOSISI_{name}: expected ")


def test_an_unknown_setting_is_refused_with_the_likely_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPOSISI_TOLERATED_EROR", "0.01")

    with pytest.raises(SettingsError, match="did you mean DISPOSISI_TOLERATED_ERROR"):
        load_settings()


def test_an_unknown_setting_like_no_other_is_answered_with_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPOSISI_" + "Q" * 40, "1")

    with pytest.raises(SettingsError, match="there are DISPOSISI_AUDIT_SHARE, DISPOSISI_AUTH"):
        load_settings()


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPOSISI_XYZ", "1")
    monkeypatch.setenv("DISPOSISI_AUTO", "maybe")
    monkeypatch.setenv("DISPOSISI_AUDIT_SHARE", "x")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert len(str(caught.value).splitlines()) == 3


def test_the_database_password_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", "mysql://disposisi:kunci-rumah@db/x")

    with pytest.raises(SettingsError) as caught:
        load_settings()

    assert "kunci-rumah" not in str(caught.value)


def test_reading_settings_imports_neither_web_nor_database() -> None:
    heavy = "{'fastapi', 'starlette', 'sqlalchemy', 'alembic', 'pandas', 'sklearn'}"
    code = f"import sys, service.settings; sys.exit(str({heavy} & set(sys.modules)))"

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert result.stderr.strip() == "set()"
