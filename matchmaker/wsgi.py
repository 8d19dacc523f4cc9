"""Entry point of a WSGI server: ``gunicorn matchmaker.wsgi:app``."""

from matchmaker.app import create_app

app = create_app()
