/* Drafts while typing: saved on the server a few seconds after a change and when the page goes; a copy stays in this
   window until the server has it. Times count on from the server's clock, so that a wrong clock here does no harm. */
(() => {
  "use strict";

  const AFTER_MS = 2500;
  const AT_LATEST_MS = 12000;
  const KEEPALIVE_BYTES = 60000; // browsers refuse more than 64 kB after the page has gone

  for (const form of document.querySelectorAll("form[data-compose]")) start(form);

  function start(form) {
    const status = form.querySelector("[data-status]");
    const data = form.dataset;
    const key = `draft:${form.elements.by.value}:${form.elements.place.value}`;
    let offset = Number(data.now) - Date.now();
    let typedAt = 0;
    let timer = 0;
    let dirtySince = 0;
    let changes = 0;
    let running = false;
    let leaving = false;

    function freshToken() {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    }

    const serverNow = () => Math.round(Date.now() + offset);

    function fields() {
      const found = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string" && name !== "alt") found.append(name, value);
      }
      found.set("typed_at", String(typedAt || serverNow()));
      return found;
    }

    function say(text) {
      if (status && status.textContent !== text) status.textContent = text;
    }

    function keepCopy(sent) {
      const found = fields();
      found.delete("csrfmiddlewaretoken");
      try {
        sessionStorage.setItem(key, JSON.stringify({ fields: [...found], sent }));
      } catch {
        /* no room or not allowed: the server still has the draft */
      }
    }

    function dropCopy() {
      try {
        sessionStorage.removeItem(key);
      } catch {
        /* not allowed: then there is none */
      }
    }

    function readCopy() {
      try {
        return JSON.parse(sessionStorage.getItem(key) || "null");
      } catch {
        return null;
      }
    }

    function changed(event) {
      if (event && (event.target.type === "file" || event.target.name === "alt")) return;
      changes += 1;
      typedAt = serverNow();
      dirtySince = dirtySince || Date.now();
      keepCopy(false);
      window.clearTimeout(timer);
      const wait = Math.max(0, Math.min(AFTER_MS, dirtySince + AT_LATEST_MS - Date.now()));
      timer = window.setTimeout(save, wait);
    }

    async function post(body, keepalive) {
      const answer = await fetch(data.save, { method: "POST", body, keepalive, redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect") return { state: "signed-out", said: data.saidSignedOut };
      if (!(answer.headers.get("Content-Type") || "").includes("json")) throw new Error(String(answer.status));
      return answer.json();
    }

    async function save() {
      if (running || leaving || !dirtySince) return;
      running = true;
      const before = changes;
      dirtySince = 0;
      try {
        const found = await post(fields(), false);
        if (leaving) return;
        if (found.now) offset = found.now - Date.now();
        if (found.seen && found.state === "saved") form.elements.seen.value = found.seen;
        if (["saved", "older", "sent", "empty"].includes(found.state) && before === changes) dropCopy();
        if (found.state === "sent") {
          // the page came back after its form was sent, and somebody goes on writing: that is another text
          form.elements.token.value = freshToken();
          changed();
        }
        say(found.state === "saved" && found.other ? `${found.said}. ${data.saidOther}` : found.said);
      } catch {
        dirtySince = dirtySince || Date.now();
        say(data.saidOffline);
        window.clearTimeout(timer);
        timer = window.setTimeout(save, AT_LATEST_MS);
      } finally {
        running = false;
        if (before !== changes && !leaving) timer = window.setTimeout(save, AFTER_MS);
      }
    }

    function fill(copied) {
      const values = new Map();
      for (const [name, value] of copied) values.set(name, [...(values.get(name) || []), value]);
      for (const control of form.elements) {
        if (!control.name || ["place", "by", "token", "seen", "csrfmiddlewaretoken"].includes(control.name)) continue;
        const found = values.get(control.name) || [];
        if (control.type === "checkbox" || control.type === "radio") control.checked = found.includes(control.value);
        else if (control.type !== "file" && control.type !== "submit" && found.length) control.value = found[0];
      }
    }

    function differs(copied) {
      const found = new Map(copied);
      return ["title", "source"].some((name) => form.elements[name] && found.has(name) && found.get(name) !== form.elements[name].value);
    }

    /* A copy in this window: the server never confirmed it. What was sent after all is asked by its token. */
    async function bringBack() {
      const copy = readCopy();
      if ("bound" in data) {
        changed(); // what was sent and not posted: save it as it stands now
        return;
      }
      if (!copy || !copy.fields) return;
      const copied = new Map(copy.fields);
      if (!(copied.get("source") || copied.get("title") || "").trim()) {
        dropCopy();
        return;
      }
      let state = "";
      if (copy.sent || "draft" in data) {
        const body = new URLSearchParams(copy.fields);
        body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        try {
          const found = await post(body, false);
          state = found.state;
          if (found.seen) form.elements.seen.value = found.seen;
        } catch {
          return;
        }
        if (state === "sent" || state === "older") {
          dropCopy();
          return;
        }
      }
      if (!changes && differs(copy.fields)) {
        const quotation = form.elements.source.value;
        fill(copy.fields);
        if (quotation.startsWith("> ") && !("draft" in data)) form.elements.source.value = `${form.elements.source.value.trimEnd()}\n\n${quotation}`;
        changed();
        say(data.saidBack);
      } else dropCopy();
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", () => {
      leaving = true;
      window.clearTimeout(timer);
      if (dirtySince || running) keepCopy(true);
    });
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      leaving = false;
    });
    window.addEventListener("pagehide", () => {
      if (leaving || !dirtySince) return;
      const body = fields();
      post(body, body.toString().length < KEEPALIVE_BYTES).catch(() => {});
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
    for (const throwing of document.querySelectorAll("form[data-throw-away]")) {
      throwing.addEventListener("submit", () => {
        leaving = true;
        dropCopy();
      });
    }
    bringBack();
  }
})();
