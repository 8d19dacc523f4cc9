/* Improves pages that already work without it: no page may need this file to do its job. */
(() => {
  "use strict";

  const root = document.documentElement;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
  const each = (scope, selector, act) => {
    if (scope.matches?.(selector)) act(scope);
    scope.querySelectorAll(selector).forEach(act);
  };
  const nextMark = () => Math.random().toString(36).slice(2);

  /* Display preferences: the link also works alone, through the server. */
  function rememberPreference(event) {
    const link = event.target.closest("[data-preference]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const name = link.dataset.preference;
    const value = root.dataset[name] === link.dataset.on ? link.dataset.off : link.dataset.on;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie =
      `${name}=${value}; path=/; max-age=${365 * 24 * 3600}; samesite=lax${secure}`;
    root.dataset[name] = value;
    document.querySelectorAll(`[data-preference="${name}"]`).forEach((each) => {
      each.setAttribute("aria-pressed", String(value === each.dataset.on));
    });
    window.dispatchEvent(new Event("resize"));
  }

  /* Asks before a form with data-confirm is sent. */
  function ask(question) {
    const box = document.createElement("dialog");
    const mark = `ask-${nextMark()}`;
    box.className = "ask";
    box.setAttribute("aria-labelledby", mark);
    const text = document.createElement("p");
    text.id = mark;
    text.textContent = question;
    const row = document.createElement("form");
    row.method = "dialog";
    row.className = "ask-actions";
    for (const [label, value, tone] of [["取消", "no", "quiet"], ["确认", "yes", "primary"]]) {
      const button = document.createElement("button");
      button.className = `btn btn-${tone}`;
      button.value = value;
      button.textContent = label;
      row.append(button);
    }
    box.append(text, row);
    document.body.append(box);
    return new Promise((resolve) => {
      box.addEventListener("close", () => {
        box.remove();
        resolve(box.returnValue === "yes");
      });
      box.showModal();
    });
  }

  async function confirmSubmit(event) {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    if (typeof HTMLDialogElement !== "function") {
      if (!window.confirm(question)) event.preventDefault();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    if (!(await ask(question))) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  }

  /* A second click while a form is on its way sends nothing. */
  function sendOnce(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    window.setTimeout(() => delete form.dataset.sending, 8000);
  }

  /* Drafts: posts the form to data-autosave two seconds after the last change. */
  function watchDraft(form) {
    const status = form.querySelector("[data-autosave-status]") ?? document.createElement("p");
    let timer = 0;
    let dirty = false;
    const say = (text, failed) => {
      status.textContent = text;
      status.classList.toggle("is-failed", failed);
    };
    const save = async () => {
      dirty = false;
      say("正在保存草稿…", false);
      const failed = await postDraft(form);
      if (failed) dirty = true;
      const at = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
      say(failed || `草稿已于 ${at} 自动保存`, Boolean(failed));
    };
    form.addEventListener("input", () => {
      dirty = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 2000);
    });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      window.clearTimeout(timer);
      dirty = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (dirty) event.preventDefault();
    });
  }

  async function postDraft(form) {
    let answer;
    try {
      answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json", "X-CSRFToken": meta("csrf-token") },
      });
    } catch {
      return "网络不通，草稿尚未保存，将在下次修改时重试";
    }
    if (answer.status === 409) return "草稿已在别处修改，请复制内容后刷新页面";
    if (!answer.ok) return "草稿尚未保存，请检查填写内容";
    const stored = await answer.json().catch(() => ({}));
    if (stored.revision !== undefined && form.elements.revision) {
      form.elements.revision.value = stored.revision;
    }
    if (Object.keys(stored.errors ?? {}).length) return "标红的内容填写有误，尚未保存；其余已保存";
    return "";
  }

  /* Deadlines that tick. */
  function tickDeadline(element) {
    const left = new Date(element.dataset.countdown) - Date.now();
    if (Number.isNaN(left)) return;
    element.classList.toggle("is-near", left > 0 && left < 3 * 24 * 3600e3);
    element.textContent = describeLeft(Math.floor(left / 1000));
  }

  function describeLeft(seconds) {
    if (seconds <= 0) return "已截止";
    const days = Math.floor(seconds / 86400);
    const hours = Math.floor((seconds % 86400) / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    if (days) return hours ? `还有 ${days} 天 ${hours} 小时` : `还有 ${days} 天`;
    return hours ? `还有 ${hours} 小时 ${minutes} 分` : `还有 ${minutes} 分 ${seconds % 60} 秒`;
  }

  /* Charts: the library is fetched only by a page that has one. */
  let library;
  function loadCharts() {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = meta("echarts");
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  function chartColours() {
    const style = getComputedStyle(root);
    const token = (name) => style.getPropertyValue(name).trim();
    return {
      palette: [1, 2, 3, 4, 5, 6].map((number) => token(`--bar-${number}`)),
      ink: token("--ink"),
      soft: token("--ink-mute"),
      line: token("--line"),
      font: token("--font-text"),
    };
  }

  async function drawChart(canvas) {
    if (canvas.dataset.drawn) return;
    canvas.dataset.drawn = "yes";
    const echarts = await loadCharts();
    const option = canvas.dataset.chartUrl
      ? await (await fetch(canvas.dataset.chartUrl, { headers: { Accept: "application/json" } })).json()
      : JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    canvas.hidden = false;
    const colours = chartColours();
    const chart = echarts.init(canvas, null, { renderer: "svg" });
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const axis = (given) => [].concat(given).map((one) => ({
      axisLine: { lineStyle: { color: colours.line } },
      splitLine: { lineStyle: { color: colours.line } },
      ...one,
      axisLabel: { color: colours.soft, ...one.axisLabel },
    }));
    chart.setOption({
      color: colours.palette,
      animation: !still,
      aria: { enabled: true, decal: { show: root.dataset.contrast === "high" } },
      textStyle: { fontFamily: colours.font, color: colours.ink },
      grid: { left: 8, right: 16, top: option.legend ? 44 : 16, bottom: 8, containLabel: true },
      ...option,
      ...(option.xAxis ? { xAxis: axis(option.xAxis) } : {}),
      ...(option.yAxis ? { yAxis: axis(option.yAxis) } : {}),
      /* Rich text keeps tooltips inside the SVG: a strict policy forbids their inline styles. */
      tooltip: { renderMode: "richText", confine: true, ...option.tooltip },
    });
    window.addEventListener("resize", () => chart.resize());
    canvas.closest("figure")?.querySelector(".chart-data")?.removeAttribute("open");
  }

  async function copyAddress(button) {
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = "已复制";
    } catch {
      label.textContent = "未能复制，请从地址栏复制";
    }
    window.setTimeout(() => { label.textContent = before; }, 3000);
  }

  function tickAll(box) {
    box.hidden = false;
    box.addEventListener("change", () => {
      box.closest("table").querySelectorAll(`input[name="${box.dataset.tickAll}"]`)
        .forEach((one) => { one.checked = box.checked; });
    });
  }

  function improve(scope) {
    each(scope, "[data-print]", (button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    each(scope, "[data-copy]", (button) => {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", () => copyAddress(button));
    });
    each(scope, "[data-countdown]", tickDeadline);
    each(scope, "form[data-autosave]", watchDraft);
    each(scope, "[data-chart]", (canvas) => drawChart(canvas).catch(() => { canvas.hidden = true; }));
    each(scope, "[data-tick-all]", tickAll);
    scope.querySelector("[data-focus]")?.focus();
  }

  function closeMenus(event) {
    document.querySelectorAll("details.account-menu[open], details.phone-menu[open]").forEach((menu) => {
      if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
        menu.open = false;
      }
    });
  }

  document.addEventListener("click", rememberPreference);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("submit", confirmSubmit, true);
  document.addEventListener("submit", sendOnce);
  document.addEventListener("htmx:configRequest", (event) => {
    const token = meta("csrf-token");
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) improve(event.detail.elt);
  });
  window.setInterval(() => {
    document.querySelectorAll("[data-countdown]").forEach(tickDeadline);
  }, 1000);
  improve(document);
})();
