"""``create_app``: the only place that wires the parts together."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Flask
from flask_babel import Babel
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from matchmaker import paths
from matchmaker.accounts.security import init_security
from matchmaker.config import Settings, load_settings
from matchmaker.db import init_db
from matchmaker.extensions import csrf, limiter
from matchmaker.jobs.executor import init_executor
from matchmaker.logs import configure_logging
from matchmaker.wiring import (
    BLUEPRINTS,
    DEMAND_SECTIONS,
    HANDLERS,
    NIGHTLY,
    ROOMS,
    RUNNERS,
    SWEEPS,
    WAITING,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from settings (default: from the environment)."""
    settings = settings or load_settings()
    configure_logging(production=settings.production)
    settings.instance_folder.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "matchmaker",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.STATIC),
        instance_path=str(settings.instance_folder.resolve()),
    )
    app.config.from_mapping(_flask_config(settings))
    app.config.from_mapping(settings.overrides)
    app.extensions["settings"] = settings
    for room in ROOMS:
        import_module(room)
    init_db(app)
    _keep_templates(app, settings)
    _init_web(app, settings)
    queue_file = settings.instance_folder / "jobs.db"
    init_executor(app, HANDLERS, RUNNERS, NIGHTLY, SWEEPS, queue_file=queue_file)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "TESTING": settings.testing,
        "SECRET_KEY": settings.secret_key,
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SQLALCHEMY_DATABASE_URI": settings.url,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.https,
        "MAX_CONTENT_LENGTH": settings.max_upload_mib * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "RATELIMIT_STORAGE_URI": settings.limits_url or "memory://",
        "RATELIMIT_HEADERS_ENABLED": True,
        "APPLICATION_ROOT": settings.url_prefix or "/",
    }


def _keep_templates(app: Flask, settings: Settings) -> None:
    """Keep compiled templates between starts; one that was edited is compiled again."""
    folder = settings.instance_folder / "templates"
    folder.mkdir(exist_ok=True)
    cache = FileSystemBytecodeCache(str(folder))
    app.jinja_options = {**app.jinja_options, "bytecode_cache": cache}


def _load(target: str) -> Any:
    module, name = target.split(":")
    return getattr(import_module(module), name)


def _init_web(app: Flask, settings: Settings) -> None:
    from matchmaker.web import base, context, headers, initial_password, once

    base.init_unit_of_work(app)
    headers.init_headers(app)
    init_security(app)
    csrf.init_app(app)
    initial_password.init_initial_password(app)
    once.init_once(app)
    limiter.init_app(app)
    Babel(app)
    context.init_context(app)
    for target in BLUEPRINTS:
        app.register_blueprint(_load(target))
    app.extensions["waiting"] = [_load(target) for target in WAITING]
    app.extensions["demand_sections"] = [_load(target) for target in DEMAND_SECTIONS]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.proxies,
            x_proto=settings.proxies,
            x_host=settings.proxies,
            x_prefix=settings.proxies,
        )
