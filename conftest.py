"""Loads the suite's own plugin before the tests are collected."""

pytest_plugins = ["tests.plugin"]
