"""Sending a mail by SMTP. Runs outside of any transaction."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from matchmaker import clock
from matchmaker.config import Settings
from matchmaker.notifications.channels.failures import SendingFailed
from matchmaker.notifications.channels.messages import Message

TIMEOUT_S = 20


@dataclass(frozen=True)
class Envelope:
    """To whom, under which lasting id, and where its mails are stopped (RFC 8058)."""

    to: str
    message_id: str
    stop_url: str


def send_mail(settings: Settings, envelope: Envelope, message: Message) -> None:
    """Hand one mail to the server; raises ``SendingFailed``."""
    mail = make_mail(settings, envelope, message)
    try:
        with _connect(settings) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise SendingFailed(
            f"收件地址被拒绝（{codes[0]}）", is_final=all(code >= 550 for code in codes)
        ) from error
    except smtplib.SMTPResponseException as error:
        raise SendingFailed(f"邮件服务器拒绝（{error.smtp_code}）") from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendingFailed(f"无法连接邮件服务器（{type(error).__name__}）") from error


def _connect(settings: Settings) -> AbstractContextManager[smtplib.SMTP]:
    address = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(*address, timeout=TIMEOUT_S, context=ssl.create_default_context())
    return smtplib.SMTP(*address, timeout=TIMEOUT_S)


def make_mail(settings: Settings, envelope: Envelope, message: Message) -> EmailMessage:
    """The mail with its headers; each can be stopped by one click."""
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = settings.smtp_from
    mail["To"] = envelope.to
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{envelope.stop_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(f"{message.text}\n不再接收这类邮件：{envelope.stop_url}\n")
    return mail
