// SPDX-License-Identifier: EUPL-1.2
// Warns two minutes before the server locks the wallet, and hides the page when it did (WCAG 2.2, 2.2.1).
// The server decides: without this script it locks just the same.
"use strict";

const lock = document.getElementById("lock");
const WARN_BEFORE = 120;

if (lock && lock.showModal) {
  const form = document.getElementById("lock-extend");
  let timer = 0;

  const leave = () => {
    const here = window.location.pathname + window.location.search;
    window.location.replace(`${lock.dataset.locked}?next=${encodeURIComponent(here)}`);
  };

  const remaining = async (address, options) => {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, ...options });
    return answer.ok ? (await answer.json()).seconds : 0;
  };

  const plan = (seconds) => {
    clearTimeout(timer);
    if (seconds <= 0) return leave();
    if (seconds <= WARN_BEFORE) {
      if (!lock.open) lock.showModal();
      timer = setTimeout(look, Math.min(seconds + 1, 15) * 1000);
      return undefined;
    }
    if (lock.open) lock.close();
    timer = setTimeout(look, (seconds - WARN_BEFORE + 1) * 1000);
    return undefined;
  };

  // Another tab may have been busy meanwhile, so the server is asked before anybody is warned.
  const look = async () => {
    try {
      plan(await remaining(lock.dataset.session));
    } catch {
      timer = setTimeout(look, 15000);
    }
  };

  const extend = async () => {
    try {
      plan(await remaining(lock.dataset.extend, { method: "POST", body: new URLSearchParams(new FormData(form)) }));
    } catch {
      timer = setTimeout(look, 5000);
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    extend();
  });
  lock.addEventListener("cancel", (event) => {
    event.preventDefault();
    extend();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  window.addEventListener("pageshow", look);
}
