// SPDX-License-Identifier: EUPL-1.2
// Everything here is an extra: each page works without it.
"use strict";

// Copy buttons appear only where the browser can copy (a secure context).
if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.textContent = button.dataset.copied;
    });
  });
}

// A print button appears only with script, because it needs it.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// Paper shows what is folded away on the screen.
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
});

// A form that must act once is sent once: a second press while it is under way does nothing.
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once]").forEach((form) => delete form.dataset.sent);
});

// A page that waits asks again, slower each time, and rests while nobody looks.
const waiting = document.querySelector("[data-poll]");
if (waiting) {
  let pause = 1000;
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(waiting.dataset.poll, { headers: { Accept: "application/json" } });
        if (answer.ok && (await answer.json()).done) return window.location.reload();
      } catch {
        // The next round tries again.
      }
      pause = Math.min(pause * 1.5, 5000);
    }
    return setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}
