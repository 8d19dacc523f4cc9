"""Setting up one's group robot, trying the channels, sending again."""

from __future__ import annotations

from matchmaker import clock
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import IllegalTransition, InvalidInput, NotFound
from matchmaker.notifications.channels import rules
from matchmaker.notifications.channels.models import SECRET_MAX, URL_MAX, Delivery, Webhook
from matchmaker.notifications.channels.queries import find_webhook, read_settings
from matchmaker.notifications.channels.rules import DeliveryState, Vendor
from matchmaker.notifications.permissions import RECEIVE

SUBJECT = "notification_webhook"


def set_webhook(actor: Actor, *, vendor: Vendor, url: str, secret: str) -> Webhook:
    """Store the actor's own group robot; neither address nor secret goes into the trail."""
    require(actor, RECEIVE)
    address = rules.check_address(vendor, url, read_settings().webhook_origins)
    key = secret.strip()
    if len(address) > URL_MAX:
        raise InvalidInput("webhook_long", "地址过长，请核对。", field="url")
    if len(key) > SECRET_MAX:
        raise InvalidInput(
            "secret_long", "密钥不超过 {limit} 个字符。", field="secret", limit=SECRET_MAX
        )
    row = find_webhook(actor.user_id) or Webhook(user_id=actor.user_id)
    row.vendor, row.url, row.secret, row.changed_at = vendor, address, key, clock.now()
    db.session.add(row)
    db.session.flush()
    record(actor, "notifications.set_webhook", SUBJECT, row.user_id, vendor=vendor.value)
    return row


def remove_webhook(actor: Actor) -> None:
    """Forget the actor's own group robot; what waits for it is not sent."""
    require(actor, RECEIVE)
    row = find_webhook(actor.user_id)
    if row is None:
        raise NotFound("webhook_missing", "还没有设置群机器人。")
    record(actor, "notifications.remove_webhook", SUBJECT, row.user_id, vendor=row.vendor.value)
    db.session.delete(row)


def send_again(actor: Actor, delivery: Delivery) -> None:
    """Try a delivery that was given up once more, from the first attempt on."""
    require(actor, RECEIVE)
    if delivery.state is not DeliveryState.GIVEN_UP:
        raise IllegalTransition("not_given_up", "只有发送失败的通知可以重新发送。")
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.due_at = clock.now()
    record(actor, "notifications.send_again", "notification_delivery", delivery.id)
