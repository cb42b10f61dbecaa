/* The message's helpers: toolbar, preview beside it, people after "@", pictures and files at the caret. */
(() => {
  "use strict";

  for (const form of document.querySelectorAll("form[data-compose]")) {
    const area = form.elements.source;
    toolbar(form, area);
    preview(form, area);
    mentions(form, area);
    attach(form, area);
    tags(form);
  }

  function tellChanged(area) {
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* execCommand keeps the browser's own undo; where it is gone, setRangeText does the same without. */
  function replace(area, start, end, text, from, to) {
    area.focus();
    area.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, start, end, "end");
      tellChanged(area);
    }
    area.setSelectionRange(from, to);
  }

  /* --- toolbar: one tab stop, arrows inside ----------------------------------------------------------------- */
  function toolbar(form, area) {
    const bar = form.querySelector("[data-toolbar]");
    const buttons = [...bar.querySelectorAll("button")];
    bar.hidden = false;
    bar.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement);
      const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      const next = { [forward]: (at + 1) % buttons.length, [back]: (at - 1 + buttons.length) % buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
      if (at < 0 || next === undefined) return;
      event.preventDefault();
      stopAt(buttons[next]);
      buttons[next].focus();
    });
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-tool]");
      if (!button) return;
      stopAt(button);
      if (button.dataset.tool === "file") openPanel(form);
      else tools[button.dataset.tool](area);
    });
    area.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const tool = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
      if (!tool) return;
      event.preventDefault();
      tools[tool](area);
    });

    function stopAt(button) {
      for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    }
  }

  const tools = {
    bold: (area) => around(area, "**"),
    italic: (area) => around(area, "*"),
    heading: (area) => lines(area, () => "### ", /^#{1,6} /),
    list: (area) => lines(area, () => "- ", /^[-*] /),
    numbered: (area) => lines(area, (number) => `${number}. `, /^\d+\. /),
    quote: (area) => lines(area, () => "> ", /^> ?/),
    link: (area) => {
      const [start, end] = [area.selectionStart, area.selectionEnd];
      const words = area.value.slice(start, end);
      const isAddress = /^(https?:\/\/|\/)\S+$/.test(words);
      const text = isAddress ? `[](${words})` : `[${words}](https://)`;
      const caret = isAddress || !words ? start + 1 : start + words.length + 3;
      replace(area, start, end, text, caret, isAddress || !words ? caret : caret + 8);
    },
  };

  function around(area, marks) {
    const [start, end] = [area.selectionStart, area.selectionEnd];
    const words = area.value.slice(start, end);
    const long = marks.length;
    if (area.value.slice(start - long, start) === marks && area.value.slice(end, end + long) === marks) {
      replace(area, start - long, end + long, words, start - long, end - long);
    } else replace(area, start, end, `${marks}${words}${marks}`, start + long, end + long);
  }

  function lines(area, mark, known) {
    const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const found = area.value.indexOf("\n", area.selectionEnd);
    const end = found < 0 ? area.value.length : found;
    const before = area.value.slice(start, end).split("\n");
    const off = before.every((line) => known.test(line));
    const after = before.map((line, number) => (off ? line.replace(known, "") : mark(number + 1) + line.replace(known, ""))).join("\n");
    const caret = start + after.length;
    replace(area, start, end, after, before.length > 1 ? start : caret, caret);
  }

  /* --- preview beside the message --------------------------------------------------------------------------- */
  function preview(form, area) {
    const button = form.querySelector("[data-preview-button]");
    const pane = form.querySelector("[data-preview-pane]");
    const body = pane.querySelector("[data-preview-body]");
    const shown = () => button.setAttribute("aria-expanded", String(!pane.hidden));
    let timer = 0;
    let asked = 0;
    shown();
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      if (!pane.hidden) {
        pane.hidden = true;
        shown();
        return;
      }
      if (await draw()) {
        pane.hidden = false;
        shown();
        pane.querySelector("h3").focus();
      }
    });
    area.addEventListener("input", () => {
      window.clearTimeout(timer);
      if (!pane.hidden) timer = window.setTimeout(draw, 700);
    });

    async function draw() {
      asked += 1;
      const mine = asked;
      const sent = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, source: area.value });
      try {
        const answer = await fetch(form.dataset.preview, { method: "POST", body: sent, redirect: "manual" });
        if (mine !== asked) return true;
        if (answer.type === "opaqueredirect") throw new Error("signed out");
        const text = await answer.text();
        if (answer.ok) body.innerHTML = text; // cleaned by the server, as the post itself will be
        else if (answer.status === 422) body.textContent = text;
        else throw new Error(String(answer.status));
        return true;
      } catch {
        say(form, form.dataset.saidFailed);
        return false;
      }
    }
  }

  function say(form, text) {
    form.querySelector("[data-status]").textContent = text;
  }

  /* --- people after "@": a listbox that the arrow keys move in while the caret stays in the message ------------ */
  function mentions(form, area) {
    const list = document.createElement("ul");
    list.id = `${area.id}_people`;
    list.className = "compose__people";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.saidPeopleLabel);
    list.hidden = true;
    area.after(list);
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-haspopup", "listbox");
    area.setAttribute("aria-controls", list.id);
    let timer = 0;
    let asked = 0;
    let at = -1;

    const begun = () => {
      const before = area.value.slice(0, area.selectionStart);
      const found = /(?:^|[\s(])@([\p{L}\p{N}-]{1,40})$/u.exec(before);
      return found && area.selectionStart === area.selectionEnd ? found[1] : "";
    };

    area.addEventListener("input", () => {
      window.clearTimeout(timer);
      if (!begun()) close();
      else timer = window.setTimeout(ask, 180);
    });
    area.addEventListener("blur", () => window.setTimeout(close, 150));
    area.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const options = list.children;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        choose((at + (event.key === "ArrowDown" ? 1 : options.length - 1) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length);
      } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) take(options[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) take(option);
    });

    async function ask() {
      asked += 1;
      const mine = asked;
      try {
        const answer = await fetch(`${form.dataset.mention}?q=${encodeURIComponent(begun())}`, { redirect: "manual", headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const { people } = await answer.json();
        if (mine === asked && begun()) show(people);
      } catch {
        close();
      }
    }

    function show(people) {
      list.replaceChildren(
        ...people.map((person, number) => {
          const option = document.createElement("li");
          option.id = `${list.id}_${number}`;
          option.setAttribute("role", "option");
          option.dataset.handle = person.handle;
          const small = document.createElement("span");
          small.className = "meta";
          small.textContent = ` @${person.handle}${person.role ? `, ${person.role}` : ""}`;
          option.append(person.name, small);
          return option;
        }),
      );
      list.hidden = !people.length;
      if (people.length) {
        choose(0);
        say(form, `${people.length} ${form.dataset.saidPeople}`);
      } else close();
    }

    function choose(number) {
      at = number;
      for (const [place, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(place === at));
      area.setAttribute("aria-activedescendant", list.children[at].id);
    }

    function take(option) {
      const end = area.selectionStart;
      const start = end - begun().length;
      const text = `${option.dataset.handle} `;
      close();
      replace(area, start, end, text, start + text.length, start + text.length);
    }

    function close() {
      asked += 1;
      at = -1;
      list.hidden = true;
      list.replaceChildren();
      area.removeAttribute("aria-activedescendant");
    }
  }

  /* --- pictures and files, inserted at the caret ------------------------------------------------------------- */
  function openPanel(form) {
    const panel = form.querySelector("[data-attach-panel]");
    panel.open = true;
    panel.querySelector("input[type=file]").focus();
  }

  function attach(form, area) {
    const panel = form.querySelector("[data-attach-panel]");
    const button = panel.querySelector("button[name=attach]");
    const errors = panel.querySelector("[data-attach-errors]");
    const [file, alt] = [form.elements.file, form.elements.alt];
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled") === "true") return;
      const sent = new FormData();
      sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      sent.append("alt", alt.value);
      if (file.files[0]) sent.append("file", file.files[0]);
      button.setAttribute("aria-disabled", "true");
      try {
        const answer = await fetch(form.dataset.attach, { method: "POST", body: sent, redirect: "manual", headers: { Accept: "application/json" } });
        if (answer.type === "opaqueredirect") return wrong([{ id: "", text: form.dataset.saidSignedOut }]);
        const found = await answer.json();
        if (!answer.ok) return wrong(found.errors);
        wrong([]);
        insert(found.markdown);
        file.value = "";
        alt.value = "";
        panel.open = false;
        say(form, found.said);
      } catch {
        wrong([{ id: "", text: form.dataset.saidFailed }]);
      } finally {
        button.removeAttribute("aria-disabled");
      }
    });

    function insert(markdown) {
      const at = area.selectionEnd;
      const before = area.value.slice(0, at);
      const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
      const text = `${gap}${markdown}\n\n`;
      replace(area, at, at, text, at + text.length, at + text.length);
    }

    function wrong(found) {
      errors.textContent = found.map((error) => error.text).join(" ");
      errors.hidden = !found.length;
      for (const control of [file, alt]) {
        const mine = found.some((error) => error.id === control.id);
        if (mine) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
      if (found.length) (document.getElementById(found[0].id) || file).focus();
    }
  }

  /* --- tags: suggestions for the word after the last comma --------------------------------------------------- */
  function tags(form) {
    const input = form.elements.tags;
    const list = form.querySelector("[data-tags]");
    if (!input || !list) return;
    const known = [...list.options].map((option) => option.value);
    input.addEventListener("input", () => {
      const before = input.value.includes(",") ? `${input.value.slice(0, input.value.lastIndexOf(",") + 1)} ` : "";
      const used = input.value.split(",").map((tag) => tag.trim());
      list.replaceChildren(
        ...known.filter((tag) => !used.includes(tag)).map((tag) => Object.assign(document.createElement("option"), { value: before + tag })),
      );
    });
  }
})();
