"""Pure decisions of the channels: vendors and their formats, addresses, states, retries."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from matchmaker.errors import InvalidInput

#: Notices in one message; what is more goes into the next one.
BATCH_MAX = 50
#: A robot takes 20 messages a minute (钉钉 locks it for ten minutes beyond that).
PER_MINUTE = 20
#: Waits after a failed attempt; after the last one the delivery is given up.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
#: Somebody who claimed a delivery and did not come back for so long has died.
CLAIM_LASTS = timedelta(minutes=10)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"
    WITHHELD = "withheld"


STATE_LABELS: Mapping[DeliveryState, str] = {
    DeliveryState.WAITING: "待发送",
    DeliveryState.SENDING: "发送中",
    DeliveryState.SENT: "已发送",
    DeliveryState.GIVEN_UP: "发送失败",
    DeliveryState.WITHHELD: "未发送",
}


class Vendor(StrEnum):
    """Whose group robot."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


VENDOR_LABELS: Mapping[Vendor, str] = {
    Vendor.WECOM: "企业微信",
    Vendor.DINGTALK: "钉钉",
    Vendor.FEISHU: "飞书",
}

#: Host and beginning of the path that the vendor's documentation gives.
VENDOR_ADDRESSES: Mapping[Vendor, tuple[str, str]] = {
    Vendor.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
    Vendor.DINGTALK: ("oapi.dingtalk.com", "/robot/send"),
    Vendor.FEISHU: ("open.feishu.cn", "/open-apis/bot/v2/hook/"),
}
#: Longest text in bytes: 企业微信 takes 2048, 钉钉 and 飞书 about 20 KB.
TEXT_BYTES: Mapping[Vendor, int] = {
    Vendor.WECOM: 2_000,
    Vendor.DINGTALK: 15_000,
    Vendor.FEISHU: 15_000,
}
#: Codes by which a vendor says "too often".
TOO_OFTEN = frozenset({45009, 130101, 410100, 11232, 9499})


def check_address(vendor: Vendor, url: str, extra_origins: Collection[str]) -> str:
    """The address; raises ``InvalidInput`` unless it is the vendor's own or of an allowed origin.

    ``extra_origins``: what the installation allows besides, such as ``https://im.example.cn``.
    """
    host, path = VENDOR_ADDRESSES[vendor]
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    origin = f"{parts.scheme}://{parts.netloc}"
    is_vendors = (
        parts.scheme == "https"
        and parts.hostname == host
        and port in {None, 443}
        and parts.path.startswith(path)
    )
    if parts.username is not None or not (is_vendors or origin in extra_origins):
        raise InvalidInput(
            "webhook_address",
            "{vendor}机器人的地址应以 https://{host}{path} 开头，请从群机器人设置中复制完整地址。",
            field="url",
            vendor=VENDOR_LABELS[vendor],
            host=host,
            path=path,
        )
    return urlunsplit(parts._replace(fragment=""))


def is_extra_origin(url: str, extra_origins: Collection[str]) -> bool:
    """True for an address that the installation allows besides the vendors' own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" in extra_origins


def sign_dingtalk(timestamp_ms: int, secret: str) -> str:
    """钉钉: HMAC-SHA256 of ``timestamp\\nsecret`` with the secret as key, in Base64."""
    text = f"{timestamp_ms}\n{secret}"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def sign_feishu(timestamp_s: int, secret: str) -> str:
    """飞书: HMAC-SHA256 of an empty text with ``timestamp\\nsecret`` as key, in Base64."""
    key = f"{timestamp_s}\n{secret}"
    return base64.b64encode(hmac.new(key.encode(), b"", hashlib.sha256).digest()).decode()


@dataclass(frozen=True)
class WebhookRequest:
    """What is posted: the address with its signature, and the body."""

    url: str
    body: Mapping[str, Any]


def make_request(
    vendor: Vendor, url: str, secret: str, text: str, *, timestamp_ms: int
) -> WebhookRequest:
    """The vendor's form of a text message."""
    content = clip_bytes(text, TEXT_BYTES[vendor])
    if vendor is Vendor.FEISHU:
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": content}}
        if secret:
            seconds = timestamp_ms // 1000
            body = {"timestamp": str(seconds), "sign": sign_feishu(seconds, secret), **body}
        return WebhookRequest(url, body)
    if vendor is Vendor.DINGTALK and secret:
        signature = {"timestamp": str(timestamp_ms), "sign": sign_dingtalk(timestamp_ms, secret)}
        url = _with_query(url, signature)
    return WebhookRequest(url, {"msgtype": "text", "text": {"content": content}})


def _with_query(url: str, added: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *added.items()]
    return urlunsplit(parts._replace(query=urlencode(pairs)))


def clip_bytes(text: str, limit: int) -> str:
    """The text within so many bytes of UTF-8, with whole lines; says so where it was longer."""
    if len(text.encode()) <= limit:
        return text
    tail = "…（内容较长，其余请登录平台查看）"
    room = limit - len(tail.encode()) - 1
    kept = text.encode()[:room].decode(errors="ignore")
    return f"{kept.rsplit(chr(10), 1)[0] if chr(10) in kept else kept}\n{tail}"


def read_reply(status: int, reply: Mapping[str, Any]) -> tuple[int, str]:
    """(code, text) of a vendor's answer; code 0 means that it was taken."""
    code = next((reply[name] for name in ("errcode", "code", "StatusCode") if name in reply), None)
    text = next((reply[name] for name in ("errmsg", "msg", "StatusMessage") if name in reply), "")
    if status == 200 and code == 0:
        return 0, ""
    return (code if isinstance(code, int) and code else status or -1), str(text)[:120]
