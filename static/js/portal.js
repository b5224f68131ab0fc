/* What makes a page more pleasant that works without it: sums in view, unsaved text that survives,
   what files were chosen, and word of what changed. No framework and no build. */
(() => {
  "use strict";
  const phrases = document.getElementById("phrases")?.dataset ?? {};
  const number = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn" });
  const user = document.body.dataset.user;
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

  /** Say something to who cannot see the change. */
  const say = (text) => { document.getElementById("live").textContent = text; };

  /* Sums: an <output data-sum> adds the number inputs of its nearest [data-sum-group];
     with data-sum="column" those alone that stand above it in the table. */
  const columnOf = (node) => node.closest("td")?.cellIndex;
  const addUpGroup = (group) => {
    /* Where each number stands is asked of those alone that hold one: a form has hundreds that do not. */
    const sums = new Map();
    const add = (column, value) => sums.set(column, (sums.get(column) ?? 0) + value);
    for (const input of all(group, "input[type=number]")) {
      if (!input.value) continue;
      add("", input.valueAsNumber || 0);
      add(columnOf(input), input.valueAsNumber || 0);
    }
    for (const output of all(group, "output[data-sum]")) {
      if (output.closest("[data-sum-group]") !== group) continue;
      const text = number.format(sums.get(output.dataset.sum ? columnOf(output) : "") ?? 0);
      if (output.textContent !== text) output.textContent = text;
    }
  };
  const addUp = (from) => {
    for (let group = from?.closest("[data-sum-group]"); group; group = group.parentElement.closest("[data-sum-group]")) addUpGroup(group);
  };

  /* Unsaved text stays in this browser until the server says that it was saved, or until sign-out: a phone closes tabs
     by itself. A field goes back only if the server still shows what it showed when the text was typed. */
  const PREFIX = "kept:";
  const keyOf = (path) => `${PREFIX}${user}:${path}`;
  const keyOfForm = (form) => keyOf(location.pathname + (form.dataset.keep ? `#${form.dataset.keep}` : ""));
  const keptForms = (root) => (user ? all(root, "form[data-keep]:not([data-confidential])") : []);
  const fields = (form) => [...form.elements].filter((field) =>
    field.name && !/^(hidden|password|file|submit|button|output|fieldset)$/.test(field.type) && !field.closest("[data-confidential]"));
  const choice = (field) => field.type === "checkbox" || field.type === "radio";
  const nameOf = (field) => (choice(field) ? `${field.name}=${field.value}` : field.name);
  const read = (field) => choice(field) ? String(field.checked)
    : field.options ? [...field.selectedOptions].map((option) => option.value).join("\n") : field.value;
  const readServed = (field) => {
    if (choice(field)) return String(field.defaultChecked);
    if (!field.options) return field.defaultValue;
    const marked = [...field.options].filter((option) => option.defaultSelected);
    return (marked.length || field.multiple ? marked : [...field.options].slice(0, 1)).map((option) => option.value).join("\n");
  };
  const write = (field, value) => {
    if (choice(field)) field.checked = value === "true";
    else if (field.options) for (const option of field.options) option.selected = value.split("\n").includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const forget = (path) => {
    for (const key of Object.keys(localStorage)) if (key === keyOf(path) || key.startsWith(`${keyOf(path)}#`)) localStorage.removeItem(key);
  };
  const forgetAll = (keep = "") => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX) && !(keep && key.startsWith(keep))) localStorage.removeItem(key);
  };
  /* Kept is what differs from what was first served. A form that comes back with errors is served with
     the text in it, yet unsaved: `first` remembers what the fields held before. */
  let isLeaving = false;
  const keep = (form) => {
    /* A page that is left for good would write down again what signing out just removed. */
    if (isLeaving) return;
    const draft = { ...form.pending };
    for (const field of fields(form)) {
      const name = nameOf(field);
      const [now, served] = [read(field), form.first?.[name] ?? readServed(field)];
      if (now !== served) draft[name] = [now, served];
    }
    if (!Object.keys(draft).length) localStorage.removeItem(keyOfForm(form));
    /* Where the device has no room the text is on the page alone, as it is without this script. */
    else try { localStorage.setItem(keyOfForm(form), JSON.stringify(draft)); } catch { /* full */ }
  };
  const restore = (form) => {
    form.pending ??= JSON.parse(localStorage.getItem(keyOfForm(form)) ?? "{}");
    form.first ??= {};
    if (!Object.keys(form.pending).length) return;
    let count = 0;
    for (const field of fields(form)) {
      const name = nameOf(field);
      const [value, served] = form.pending[name] ?? [];
      if (value === undefined) continue;
      if (value === readServed(field)) form.first[name] = served;
      else if (served === readServed(field)) { write(field, value); count += 1; }
      else continue;
      delete form.pending[name];
    }
    if (count || Object.keys(form.pending).length) tell(form, count);
  };
  const tell = (form, count) => {
    form.parentElement.querySelector(":scope > .restored-note")?.remove();
    const note = make("div", "message message-warning restored-note");
    const body = make("div", "", count ? `${phrases.restored} ` : "");
    const lost = Object.values(form.pending).map(([value]) => value).filter((value) => value && value !== "true" && value !== "false");
    if (!count && !lost.length) return;
    const discard = make("button", "btn btn-plain", phrases.discard);
    discard.type = "button";
    discard.addEventListener("click", () => { form.pending = {}; form.first = {}; form.reset(); keep(form); note.remove(); all(form, "input[type=number]").forEach(addUp); });
    body.append(discard);
    if (lost.length) body.append(make("p", "", phrases.notRestored), make("pre", "", lost.join("\n\n")));
    note.setAttribute("role", "status");
    note.append(body);
    form.before(note);
  };

  /* Files: names and sizes of what was chosen; what is over the limit is said before it is sent. */
  const size = (bytes) => number.format(Math.max(.1, Math.round(bytes / 104857.6) / 10)) + " MB";
  const showFiles = (input) => {
    const limit = Number(input.dataset.maxBytes) || Infinity;
    const list = make("ul", "chosen-files");
    const files = [...input.files];
    for (const file of files) {
      const item = make("li", file.size > limit ? "too-large" : "");
      const name = make("bdi", "", file.name);
      item.append(name, ` (${size(file.size)})`, file.size > limit ? ` ${phrases.tooLarge} ${size(limit)}` : "");
      list.append(item);
    }
    const late = files.find((file) => file.size > limit);
    input.setCustomValidity(late ? `${late.name}: ${phrases.tooLarge} ${size(limit)}` : "");
    if (input.nextElementSibling?.classList.contains("chosen-files")) input.nextElementSibling.remove();
    if (files.length) input.after(list);
    say(list.textContent);
  };

  /* A phone's photo is made smaller before it goes over a slow line: as the portal keeps it (portal.ground.uploads). */
  const SIDE = 1600;
  const LIGHT = 400_000;
  const lighten = async (file) => {
    if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < LIGHT) return file;
    const image = await createImageBitmap(file);
    const share = Math.min(1, SIDE / Math.max(image.width, image.height));
    const canvas = Object.assign(make("canvas", ""), { width: Math.round(image.width * share), height: Math.round(image.height * share) });
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#ffffff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    const light = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", .85); });
    return light && light.size < file.size ? new File([light], file.name, { type: light.type }) : file;
  };
  const takeFiles = async (input) => {
    const chosen = [...input.files];
    /* What cannot be read here is sent as it is: the portal says what is wrong with it. */
    const light = await Promise.all(chosen.map((file) => lighten(file).catch(() => file)));
    const isSame = chosen.length === input.files.length && chosen.every((file, index) => file === input.files[index]);
    if (isSame && light.some((file, index) => file !== chosen[index])) {
      const files = new DataTransfer();
      for (const file of light) files.items.add(file);
      input.files = files.files;
    }
    showFiles(input);
  };

  /* Of the cost headings a page shows those of the source that is chosen. */
  const showHeadings = (source) => {
    const heading = source?.closest("[data-expense]")?.querySelector("select[name$=-heading]");
    if (!heading) return;
    for (const option of heading.options) {
      option.hidden = option.disabled = Boolean(source.value && option.dataset.source && option.dataset.source !== source.value);
      if (option.disabled) option.selected = false;
    }
    for (const group of all(heading, "optgroup")) group.hidden = all(group, "option").every((option) => option.hidden);
  };

  const waiting = new WeakMap();
  document.addEventListener("input", ({ target }) => {
    if (target.type === "number") addUp(target);
    const form = target.form;
    if (!user || !form?.matches("[data-keep]:not([data-confidential])")) return;
    form.isTouched = true;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(keep, 300, form));
  });
  document.addEventListener("change", ({ target }) => {
    if (target.type === "file") takeFiles(target);
    if (target.matches("select[name$=-source]")) showHeadings(target);
  });
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("[data-forget], [action$='/logout/']")) return;
    isLeaving = true;
    forgetAll();
  });
  /* Another tab may have typed into the same form: who typed nothing here has nothing to say about it. */
  window.addEventListener("pagehide", () => keptForms(document).filter((form) => form.isTouched).forEach(keep));

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) detail.headers["X-CSRFToken"] = token.value;
  });
  /* What arrives while a button is held down would push it away from under the finger. */
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.matches(".verdict") && document.querySelector("button:active")) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt === document.body || detail.elt.closest(".verdict")) return;
    all(detail.elt, "input[type=number]").slice(0, 1).forEach(addUp);
    const form = detail.elt.closest("form[data-keep]:not([data-confidential])");
    if (form && user) restore(form);
    if (!detail.elt.closest("[data-rows]")) return;
    say(phrases.added);
    /* Who went on typing in another field while the row was on its way stays there. */
    if (document.activeElement === document.body) detail.elt.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
  for (const event of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(event, () => {
      const note = make("div", "message message-error", phrases.failed);
      note.setAttribute("role", "alert");
      document.getElementById("messages").replaceChildren(note);
    });
  }
  /* An address is copied by a button where the browser lets it. */
  if (navigator.clipboard) {
    all(document, "[data-copies]").forEach((row) => { row.hidden = false; });
    document.addEventListener("click", async ({ target }) => {
      const button = target.closest("[data-copy]");
      if (!button) return;
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.lastChild.textContent = button.dataset.copied;
      say(button.dataset.copied);
    });
  }
  all(document, "[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  /* From anywhere to the search box; on a phone it waits in the menu. */
  document.addEventListener("keydown", (event) => {
    const box = document.getElementById("site-search");
    if (!box || event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (box.checkVisibility()) box.focus();
    else { box.closest("details").open = true; box.focus(); }
  });
  document.addEventListener("kept-saved", ({ detail }) => forget(detail.value));

  /* A table that a narrow screen shows as blocks is still read out as a table: said here, since HTML has it unsaid. */
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };
  const nameParts = (table) => {
    for (const part of [table, ...all(table, "thead, tbody, tfoot, tr, td, th")]) {
      part.setAttribute("role", ROLES[part.tagName] ?? (part.closest("thead") ? "columnheader" : "rowheader"));
    }
  };

  /* Bring a page in order: as it came, or as it was put in the place of the one before (waiting-form.js). */
  const arrange = (root) => {
    keptForms(root).forEach(restore);
    all(root, "table.table-list").forEach(nameParts);
    all(root, "[data-sum-group]").forEach(addUpGroup);
    all(root, "[data-expense] select[name$=-source]").forEach(showHeadings);
    root.querySelector(".error-summary")?.focus();
  };
  document.addEventListener("page-replaced", ({ detail }) => arrange(detail));
  all(document, "meta[name=kept-saved]").forEach((meta) => forget(meta.content));
  if (user) forgetAll(`${PREFIX}${user}:`);
  arrange(document);
})();
