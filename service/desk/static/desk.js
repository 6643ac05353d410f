// Keys, undo countdown, copying. Every page can be read without this file.
"use strict";

(() => {
  const OFF = "disposisi-keys-off";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };

  // Opens the form of an action and goes to its first field.
  const FORMS = {
    i: ["ubah", "#cari-instansi"], t: ["ubah", "#cari-topik"], c: ["ubah", "#kind"],
    r: ["kembalikan", "input[name=agency]:checked, textarea"], l: ["kelengkapan", "textarea"],
    n: ["catat", "textarea"], s: ["salin", "[data-copy]"],
  };

  function openForm(key) {
    const [id, field] = FORMS[key];
    const details = document.getElementById(id);
    const target = details && one(field, details);
    if (!target) return false;
    details.open = true;
    target.focus();
    details.scrollIntoView({block: "nearest"});
    return true;
  }

  function moveInTray(step) {
    const links = all(".item-link");
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    next.focus();
    next.closest("li").scrollIntoView({block: "nearest"});
    return true;
  }

  function press(key) {
    const target = all(`[data-key="${key}"]`).find((found) => !found.disabled && found.offsetParent);
    if (target) target.click();
    return Boolean(target);
  }

  function showHelp() {
    const dialog = document.getElementById("bantuan");
    if (!dialog || dialog.open) return false;
    dialog.showModal();
    return true;
  }

  const isTyping = (target) => target.matches?.("textarea, select, [contenteditable]") ||
    (target.matches?.("input") && !["checkbox", "radio", "button", "submit"].includes(target.type));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (isTyping(event.target) || one("dialog[open]") || isOff()) return;
    const key = event.key.toLowerCase();
    let done = false;
    if (event.key === "?") done = showHelp();
    else if ((key === "j" || key === "k") && one(".item-link")) done = moveInTray(key === "j" ? 1 : -1);
    else if (FORMS[key] && openForm(key)) done = true;
    else if (/^[a-z1-9]$/.test(key)) done = press(key);
    if (done) event.preventDefault();
  });

  // One click, one decision: a second one before the next page would meet a stale version.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // What is changed suggests the reason, until somebody chooses one.
  const REASONS = {agency: "wrong_agency", topic: "wrong_topic", region: "wrong_place",
    kind: "wrong_kind", misconduct: "wrong_class", inspection: "wrong_class", unit: "wrong_unit"};
  all("form[data-change]").forEach((form) => {
    const reason = form.elements.reason;
    let chosen = Boolean(reason.value);
    reason.addEventListener("change", () => { chosen = true; });
    const suggest = (name) => { if (!chosen && REASONS[name]) reason.value = REASONS[name]; };
    form.addEventListener("change", (event) => suggest(event.target.name));
    const watcher = new MutationObserver((changes) => {
      const found = one("input[type=radio]:checked", changes[0].target);
      if (found) suggest(found.name);
    });
    all(".found", form).forEach((found) => watcher.observe(found, {childList: true}));
  });

  // Arrow down leads from a search field into what it found.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !event.target.matches?.(".finder input[type=search]")) return;
    const found = one(".found input", event.target.closest(".finder"));
    if (found) { event.preventDefault(); found.focus(); }
  });

  const undo = document.getElementById("urungkan");
  if (undo) {
    let left = Number(undo.dataset.seconds);
    const timer = setInterval(() => {
      left -= 1;
      one("[data-left]", undo).textContent = left;
      if (left <= 0) { clearInterval(timer); undo.remove(); }
    }, 1000);
    undo.setAttribute("aria-live", "off");
  }

  all("[data-copy]").forEach((button) => {
    const root = button.closest("details");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = one("[data-copy-from]", root);
      field.select();
      let done = false;
      try { await navigator.clipboard.writeText(field.value); done = true; }
      catch { done = document.execCommand("copy"); }
      one("[data-copied]", root).textContent = done ? "Tersalin." : "Tekan Ctrl+C untuk menyalin.";
    });
  });

  // Asks in the background only while somebody works: an open tab must not keep a session alive.
  const WORKS_MS = 10 * 60 * 1000;
  let active = Date.now();
  ["pointerdown", "keydown", "scroll"].forEach((name) =>
    document.addEventListener(name, () => { active = Date.now(); }, {passive: true}));
  all("[data-poll]").forEach((found) => setInterval(() => {
    const works = document.visibilityState === "visible" && Date.now() - active < WORKS_MS;
    if (works && found.isConnected) htmx.trigger(found, "tick");
  }, Number(found.dataset.poll) * 1000));

  all("[data-help]").forEach((button) => { button.hidden = false; button.addEventListener("click", showHelp); });
  all("[data-keys-off]").forEach((box) => {
    box.checked = isOff();
    box.addEventListener("change", () => {
      try { localStorage.setItem(OFF, box.checked ? "1" : "0"); } catch { /* it holds for this page */ }
    });
  });
  if (matchMedia("(max-width: 60rem)").matches) all("[data-fold]").forEach((found) => { found.open = false; });
})();
