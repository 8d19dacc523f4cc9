"""Settings, read once from ``MATCHMAKER_…`` variables and checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from matchmaker import paths
from matchmaker.errors import InvalidInput

DEVELOPMENT_KEY = "development-only-key-never-in-production"
SMTP_SECURITY = frozenset({"starttls", "tls", "none"})
#: Nothing is pruned before it is so old: half a year, in which people ask what they were told.
KEPT_DAYS_MIN = 180
KEPT_DAYS_MAX = 36_500
DEFAULT_SPONSOR = "（演示站点，主办单位以正式部署为准）"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that a deployment can set; each field is ``MATCHMAKER_<NAME>``."""

    instance_folder: Path = paths.INSTANCE
    database_url: str = ""
    #: Demo accounts exist only outside production.
    production: bool = False
    secret_key: str = DEVELOPMENT_KEY
    password_salt: str = DEVELOPMENT_KEY
    testing: bool = False
    #: Behind HTTPS the session cookie is sent over HTTPS only.
    https: bool = False
    #: Address prefix when the site runs below a path, for example "/robots".
    url_prefix: str = ""
    #: Number of reverse proxies in front whose X-Forwarded headers are believed.
    proxies: int = 0
    #: Shared store of rate limits; empty means this process's memory.
    limits_url: str = ""
    site_name: str = "杭州机器人场景供需撮合平台"
    site_sponsor: str = DEFAULT_SPONSOR
    site_icp: str = ""
    contact_email: str = ""
    #: A file of another owner to which the head of the audit chain is appended.
    audit_anchor_file: str = ""
    #: The site's own address as mails give it, with its prefix: "https://robots.example.cn".
    site_url: str = ""
    #: Server for outgoing mail; empty means that none is sent.
    smtp_host: str = ""
    smtp_port: int = 587
    #: "starttls", "tls" (from the first byte) or "none" (inside a closed network only).
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    #: Sender of the mails, such as "notice@robots.example.cn".
    smtp_from: str = ""
    #: Origins besides the vendors' own to which group robots may post, separated by commas.
    webhook_allowed: str = ""
    #: Days after which the night prunes what is no longer needed (docs/operations.md).
    keep_notices_days: int = 400
    keep_archives_days: int = 400
    keep_match_records_days: int = 400
    max_upload_mib: int = 20
    threads: int = 8
    #: Extra Flask configuration for tests.
    overrides: Mapping[str, object] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The database's address; SQLite in the instance folder unless set."""
        return self.database_url or f"sqlite:///{self.instance_folder / 'matchmaker.db'}"

    @property
    def webhook_origins(self) -> frozenset[str]:
        """The origins of ``webhook_allowed``; plain HTTP and private addresses are taken there."""
        return frozenset(
            part.strip().rstrip("/") for part in self.webhook_allowed.split(",") if part.strip()
        )


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        lowered = text.strip().lower()
        if lowered not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
            raise InvalidInput(
                "setting_invalid",
                "设置 {name} 应为 true 或 false，现为“{text}”。",
                name=name,
                text=text,
            )
        return lowered in {"1", "true", "yes", "on"}
    if isinstance(default, int):
        if not text.strip().isdecimal():
            raise InvalidInput(
                "setting_invalid", "设置 {name} 应为整数，现为“{text}”。", name=name, text=text
            )
        return int(text)
    if isinstance(default, Path):
        return Path(text)
    return text


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and refuse an unsafe production start."""
    source = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for setting in fields(Settings):
        name = f"MATCHMAKER_{setting.name.upper()}"
        if setting.name != "overrides" and name in source:
            values[setting.name] = _parse(name, source[name], setting.default)
    settings = Settings(**values)  # type: ignore[arg-type]
    check_settings(settings)
    return settings


def check_settings(settings: Settings) -> None:
    """Raise ``InvalidInput`` for settings that cannot work or an unsafe production start."""
    _check_mail(settings)
    _check_kept_days(settings)
    if not settings.production:
        return
    for name in ("secret_key", "password_salt"):
        value = getattr(settings, name)
        if value == DEVELOPMENT_KEY or len(value) < 32:
            raise InvalidInput(
                "setting_unsafe",
                "生产环境必须设置 {name}（至少 32 个字符，不得使用默认值）。",
                name=f"MATCHMAKER_{name.upper()}",
            )


def _check_kept_days(settings: Settings) -> None:
    for name in ("keep_notices_days", "keep_archives_days", "keep_match_records_days"):
        days = getattr(settings, name)
        if not KEPT_DAYS_MIN <= days <= KEPT_DAYS_MAX:
            raise InvalidInput(
                "setting_invalid",
                "设置 {name} 应为 {least} 至 {most} 天，现为 {days} 天。",
                name=f"MATCHMAKER_{name.upper()}",
                least=KEPT_DAYS_MIN,
                most=KEPT_DAYS_MAX,
                days=days,
            )


def _check_mail(settings: Settings) -> None:
    if settings.smtp_security not in SMTP_SECURITY:
        raise InvalidInput(
            "setting_invalid",
            "设置 MATCHMAKER_SMTP_SECURITY 应为 starttls、tls 或 none，现为“{text}”。",
            text=settings.smtp_security,
        )
    for name in ("smtp_from", "site_url"):
        if settings.smtp_host and not getattr(settings, name):
            raise InvalidInput(
                "setting_missing",
                "设置了 MATCHMAKER_SMTP_HOST，还须设置 {name}。",
                name=f"MATCHMAKER_{name.upper()}",
            )
