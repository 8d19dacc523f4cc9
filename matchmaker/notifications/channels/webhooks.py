"""Posting to a group robot. Runs outside of any transaction.

The address is checked when it is stored and again here: the host is resolved once, a private
address is refused, and the connection goes to exactly the address that was checked. Redirects are
not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from matchmaker import clock
from matchmaker.config import Settings
from matchmaker.errors import InvalidInput
from matchmaker.notifications.channels import rules
from matchmaker.notifications.channels.failures import SendingFailed
from matchmaker.notifications.channels.messages import Message
from matchmaker.notifications.channels.rules import Vendor

TIMEOUT_S = 10
REPLY_BYTES = 64 * 1024


def post_to_webhook(
    settings: Settings, vendor: Vendor, url: str, secret: str, message: Message
) -> None:
    """Post one message; raises ``SendingFailed``."""
    try:
        checked = rules.check_address(vendor, url, settings.webhook_origins)
    except InvalidInput as error:
        raise SendingFailed(error.text, is_final=True) from error
    is_extra = rules.is_extra_origin(checked, settings.webhook_origins)
    timestamp = int(clock.now().timestamp() * 1000)
    request = rules.make_request(vendor, checked, secret, message.text, timestamp_ms=timestamp)
    try:
        status, reply = _post(request, allows_private=is_extra)
    except (OSError, http.client.HTTPException) as error:
        raise SendingFailed(f"无法连接（{type(error).__name__}）") from error
    code, text = rules.read_reply(status, reply)
    if code:
        detail = f"对方返回错误 {code}{f'：{text}' if text else ''}"
        raise SendingFailed(detail, is_too_often=code in rules.TOO_OFTEN or status == 429)


def _post(request: rules.WebhookRequest, *, allows_private: bool) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    is_tls = parts.scheme == "https"
    address = resolve(host, parts.port or (443 if is_tls else 80), allows_private=allows_private)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_S)
    try:
        connection.sock = socket.create_connection(address, timeout=TIMEOUT_S)
        if is_tls:
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        body = json.dumps(request.body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        connection.request("POST", target, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, _read_json(answer.read(REPLY_BYTES))
    finally:
        connection.close()


def _read_json(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def resolve(host: str, port: int, *, allows_private: bool) -> tuple[str, int]:
    """The address to connect to; raises ``SendingFailed`` where it is not a public one."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not allows_private and not all(_is_public(each) for each in addresses):
        raise SendingFailed("地址指向内部网络，未发送", is_final=True)
    return addresses[0], port


def _is_public(text: str) -> bool:
    """True for an address of the open network; an IPv4 address inside an IPv6 one counts itself."""
    address = ipaddress.ip_address(text)
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast
