/* The judge's bench: the total while typing, and Alt+S. Without this file the server computes it. */
(() => {
  "use strict";

  const form = document.querySelector("[data-score-form]");
  if (!form) return;
  const total = form.querySelector("[data-score-total]");
  const inputs = [...form.querySelectorAll("input[data-weight]")];
  const PATTERN = /^[0-9]{1,3}(\.[0-9]{1,2})?$/;

  /* Hundredths, so that no rounding of binary fractions shows. */
  const readScore = (input) => {
    const text = input.value.trim();
    if (!PATTERN.test(text)) return null;
    const value = Math.round(Number(text) * 100);
    return value <= 10000 ? value : null;
  };
  const show = (hundredths) => (hundredths / 100).toFixed(2);

  function update() {
    let sum = 0;
    let complete = true;
    for (const input of inputs) {
      const score = readScore(input);
      const share = input.closest(".score-line").querySelector("[data-share]");
      input.classList.toggle("is-invalid", input.value.trim() !== "" && score === null);
      if (score === null) {
        complete = false;
        share.textContent = "";
        continue;
      }
      const points = score * Number(input.dataset.weight);
      share.textContent = `折合 ${show(Math.round(points / 100))}`;
      sum += points;
    }
    total.textContent = complete ? show(Math.round(sum / 100)) : "—";
  }

  form.addEventListener("input", update);
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    const place = document.activeElement?.id ?? "";
    if (form.elements.place) form.elements.place.value = place;
    form.requestSubmit(form.querySelector('button[name="act"][value="save"]'));
  });
  /* Back to the control from which the draft was saved. */
  const place = form.elements.namedItem(location.hash.slice(1).replace("sheet-note", "note"));
  if (place instanceof HTMLElement) place.focus();
  update();
})();
