"""Forms of log-in and of one's own account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length


class LoginForm(FlaskForm):
    """Log-in."""

    email = EmailField("邮箱", [DataRequired("请填写邮箱。"), Length(max=254)])
    password = PasswordField("密码", [DataRequired("请填写密码。"), Length(max=128)])
    remember = BooleanField("在这台设备上保持登录")
    next = HiddenField()


class PasswordForm(FlaskForm):
    """Changing one's own password."""

    current_password = PasswordField(
        "当前密码", [DataRequired("请填写当前密码。"), Length(max=128)]
    )
    password = PasswordField("新密码", [DataRequired("请填写新密码。"), Length(max=128)])
    repeat = PasswordField(
        "再次填写新密码",
        [DataRequired("请再次填写新密码。"), EqualTo("password", "两次填写的新密码不一致。")],
    )
