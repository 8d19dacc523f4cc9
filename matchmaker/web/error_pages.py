"""One look for every refusal: a page, or a short fragment when htmx asked."""

from __future__ import annotations

from flask import Response, g, make_response, render_template, request

from matchmaker.actor import VISITOR

FAULT = 500

#: Status → (title, what to do).
TEXTS = {
    400: ("请求有误", "请返回上一页重新操作；如反复出现，请通过页脚“找错”告知我们。"),
    403: ("没有权限", "您没有办理此事项的权限。如确需办理，请联系本单位管理员或市经信局。"),
    404: ("没有找到", "您访问的内容不存在、尚未公开，或您无权查看。请从导航重新进入。"),
    405: ("操作方式不对", "请从页面上的按钮办理，不要直接修改地址。"),
    409: ("暂时不能这样办理", "内容的状态已经变化，请刷新页面后再试。"),
    413: ("文件过大", "上传的文件超过大小限制，请压缩或拆分后再试。"),
    422: ("填写有误", "请按提示修改后重新提交。"),
    429: ("操作过于频繁", "请稍等一分钟后再试。"),
    500: ("系统出错了", "您的操作没有保存。请稍后再试；如反复出现，请联系平台管理员。"),
    503: ("服务暂不可用", "系统正在准备或维护，请稍后再试。"),
}


def render(status: int, text: str | None, code: str | None) -> Response:
    """The page for a status; ``text`` replaces the general advice when a rule gave its own."""
    if status >= FAULT:
        g.actor = VISITOR  # the page must not need the database that may be the fault
    title, advice = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    template = "errors/fragment.html" if "HX-Request" in request.headers else "errors/error.html"
    body = render_template(template, status=status, title=title, advice=text or advice, code=code)
    return make_response(body, status)
