/* A form that can be written without a network: it is kept on this device before it is sent (see waiting.js), and what
   waited can be opened in it again. The page around it can be kept too, so that it opens without a network. */
(() => {
  "use strict";
  const { waiting } = window;
  if (!waiting) return;
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const formOf = () => document.querySelector("form[data-waiting]");
  const keptOn = document.documentElement.dataset.kept;
  /* The entry that was opened from the list, if one was; as long as its writer has it open, nothing else sends it. */
  let openedId = "";
  let letGo = () => {};

  const say = (phrase, { said = [], tone = "info", leads = false } = {}) => {
    const note = document.querySelector("[data-waiting-note]");
    note.className = `message message-${tone}`;
    note.querySelector("[data-waiting-said]").textContent = note.dataset[phrase] ?? phrase;
    const [sentences, link] = [note.querySelector("ul"), note.querySelector("p:last-child")];
    sentences.replaceChildren(...said.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    sentences.hidden = !said.length;
    link.hidden = !leads;
    note.hidden = false;
    note.scrollIntoView({ block: "nearest" });
  };

  const titleOf = (form) => {
    const activity = form.elements.namedItem("activity")?.selectedOptions?.[0];
    return [form.dataset.waiting, activity?.value && activity.textContent.trim()].filter(Boolean).join(" · ");
  };
  const read = (form) => ({
    id: form.elements.namedItem("submission_key").value,
    user: document.body.dataset.user,
    url: location.pathname + location.search,
    title: titleOf(form),
    text: form.elements.namedItem("text")?.value.trim().slice(0, 120) ?? "",
    fields: [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size)),
    at: Date.now(),
    state: "waiting",
    said: [],
  });

  /** Show what the portal answered in the place of this page: its form with the sentences, or both versions. */
  const show = (page) => {
    const main = document.adoptNode(page.querySelector("#main"));
    document.getElementById("main").replaceWith(main);
    window.htmx?.process(main);
    document.dispatchEvent(new CustomEvent("page-replaced", { detail: main }));
    main.querySelector(".error-summary, [role=alert]")?.scrollIntoView({ block: "start" });
  };
  const rest = (form, phrase) => {
    document.dispatchEvent(new CustomEvent("kept-saved", { detail: { value: location.pathname } }));
    form.remove();
    say(phrase, { leads: true });
    waiting.flush();
  };

  const submit = async (form) => {
    const buttons = all(form, "[type=submit]");
    const busy = (isBusy) => { for (const button of buttons) button.disabled = isBusy; };
    const entry = read(form);
    const isKept = await waiting.put(entry).then(() => true, () => false);
    busy(true);
    say("sending");
    letGo();
    const token = form.elements.namedItem("csrfmiddlewaretoken").value;
    const result = navigator.onLine ? await waiting.sendNow(entry, token) : { state: "waiting" };
    busy(false);
    if (result.state === "saved") {
      await waiting.drop(entry.id);
      location.assign(result.url);
    } else if (result.state !== "waiting") {
      /* Its writer mends it here and now; what came from the list stays there meanwhile. */
      await (openedId === entry.id ? waiting.put({ ...entry, state: result.state, said: result.said }) : waiting.drop(entry.id));
      show(result.page);
    } else if (!form.reportValidity()) {
      await waiting.drop(entry.id);
      document.querySelector("[data-waiting-note]").hidden = true;
    } else if (isKept) {
      rest(form, result.isOut ? "signedOut" : "waits");
    } else {
      say("full", { tone: "warning" });
    }
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-waiting]") || event.submitter?.name === "add") return;
    event.preventDefault();
    submit(event.target);
  });

  /* A row more, where the portal cannot be asked for one: the last one again, with nothing in it. */
  const addRow = (kind) => {
    const total = document.getElementById(`id_${kind}-TOTAL_FORMS`);
    const rows = total.parentElement.querySelector("[data-rows]");
    const [last] = all(rows, "fieldset.form-row").slice(-1);
    const number = Number(total.value);
    const button = rows.querySelector("button[name=add]");
    const text = last.outerHTML.replaceAll(new RegExp(`${kind}-\\d+-`, "g"), `${kind}-${number}-`)
      .replaceAll(new RegExp(`row=${kind}-\\d+`, "g"), `row=${kind}-${number}`);
    const row = new DOMParser().parseFromString(text, "text/html").querySelector("fieldset");
    for (const field of all(row, "input:not([type=checkbox]), textarea")) {
      field.removeAttribute("value");
      if (field.matches("textarea")) field.textContent = "";
    }
    for (const left of all(row, ".chosen-files, .invalid-feedback, img, .verdict > *")) left.remove();
    const fresh = document.adoptNode(row);
    button.before(fresh);
    total.value = number + 1;
    button.setAttribute("data-hx-get", button.getAttribute("data-hx-get").replace(/index=\d+/, `index=${number + 1}`));
    window.htmx?.process(fresh);
    return fresh;
  };
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const asked = event.detail.elt;
      if (!asked.closest("form[data-waiting]")) return;
      /* Nothing was lost: neither a row nor a verdict is worth a word about the network. */
      event.stopPropagation();
      if (asked.matches("button[name=add]")) addRow(asked.value).querySelector("input:not([type=hidden]), select, textarea")?.focus();
    }, true);
  }

  const fill = (form, entry) => {
    const given = new Map();
    for (const [name, value] of entry.fields) given.set(name, [...(given.get(name) ?? []), value]);
    for (const [name, [total]] of given) {
      const kind = /^(.+)-TOTAL_FORMS$/.exec(name)?.[1];
      while (kind && Number(form.elements.namedItem(name)?.value ?? total) < Number(total)) addRow(kind);
    }
    for (const field of form.elements) {
      /* Who writes is told by this page; all else is as it was written, also which version it was written upon. */
      if (!field.name || /^(author|csrfmiddlewaretoken)$/.test(field.name) || field.name.endsWith("_FORMS")) continue;
      const values = given.get(field.name) ?? [];
      if (field.type === "file") {
        const files = new DataTransfer();
        for (const value of values) if (value instanceof File) files.items.add(value);
        field.files = files.files;
        if (values.length) field.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
      else if (field.type !== "submit") field.value = values[0] ?? "";
      if (values.some((value) => value !== "") && field.type !== "hidden") {
        for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
        if (field.type === "number") field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  };
  const openKept = async (form) => {
    const id = /^#waiting-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
    if (!id) return;
    letGo = await waiting.hold(id);
    const entry = await waiting.get(id).catch(() => undefined);
    if (!entry?.fields) return letGo();
    fill(form, entry);
    openedId = id;
    const tone = entry.state === "waiting" ? "info" : "warning";
    if (entry.said.length) say(entry.title, { said: entry.said, tone });
    return undefined;
  };

  /* A page that is used again and again needs a key of its own each time. */
  const renew = (form) => {
    if (document.querySelector(".error-summary")) return;
    form.elements.namedItem("submission_key").value = crypto.randomUUID();
  };
  /* What was kept knows the day on which it was kept; the day it is used is what people mean. The portal judges it. */
  const tellKept = (form) => {
    const note = document.querySelector("[data-waiting-kept]");
    const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", numberingSystem: "latn" });
    note.querySelector("[data-waiting-day]").textContent = day.format(new Date(keptOn));
    note.hidden = false;
    const field = form.elements.namedItem("starts_on");
    const now = new Date();
    if (field) field.value = field.defaultValue = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  };

  /* The page itself, for where there is no network. */
  const offer = async () => {
    const part = document.querySelector("[data-waiting-prepare]");
    const [button, ready] = [part.querySelector("[data-waiting-keep]"), part.querySelector("[data-waiting-ready]")];
    const url = location.pathname + location.search;
    const isKept = async () => Boolean(await (await caches.open(waiting.store())).match(url, { ignoreVary: true }));
    const show = async () => {
      button.hidden = await isKept();
      ready.hidden = !button.hidden;
      part.hidden = false;
    };
    button.addEventListener("click", async () => {
      button.disabled = true;
      navigator.storage?.persist?.();
      const answer = await waiting.ask({ store: waiting.store(), keep: [url, ...waiting.parts()] });
      button.disabled = false;
      await show();
      if (answer !== "kept") say("broken", { tone: "warning" });
    });
    await show();
  };

  const form = formOf();
  if (form) {
    renew(form);
    if (keptOn) tellKept(form);
    openKept(form);
  }
  if (form && !keptOn) offer().catch(() => {});
})();
