/* Answers that outlive a line that breaks: a form with [data-outbox] is kept in the browser until the server has it,
   and sent by itself when there is a network again. The key in it makes sending safe to do twice.
   data-outbox is "own" where one person fills in this address, so that a draft is kept too, and "shared" where the
   next person does; "sheet" is a form that the server shows as it is saved, so that no draft is written over it: what
   was not accepted is sent again, as a browser does, once its page is open. data-outbox-done is the path that the
   server leads to once it has the form. */
(() => {
  "use strict";
  const PREFIX = "outbox:";
  const LONGEST = 60 * 24 * 3600 * 1000;
  const form = document.querySelector("form[data-outbox]");
  const note = document.querySelector("[data-outbox-note]");
  const isShared = form?.dataset.outbox === "shared";
  const hasDraft = form?.dataset.outbox === "own";
  const keyField = form?.elements.namedItem("submission_key");
  let waiting = 0;
  let typing = 0;
  /* Whether what this page holds is to be sent, or is still being written. */
  let isWanted = false;

  const say = (phrase, more = "") => {
    if (!note) return;
    note.textContent = [note.dataset[phrase], more && note.dataset[more]].filter(Boolean).join(" ");
    note.hidden = false;
    note.scrollIntoView({ block: "nearest" });
  };
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  /* Each entry under its own name, so that two tabs do not write over each other. */
  const nameOf = (entry) => `${PREFIX}${entry.path}#${entry.key}`;
  const drop = (entry) => localStorage.removeItem(nameOf(entry));
  const keep = (entry) => {
    try {
      localStorage.setItem(nameOf(entry), JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  };
  const entries = () => {
    const found = [];
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const entry = JSON.parse(localStorage.getItem(name));
      /* By this device's clock, which may be wrong: so what waits to be sent stays, however old it seems. */
      if (!entry.isWanted && Date.now() - entry.at > LONGEST) localStorage.removeItem(name);
      else found.push(entry);
    }
    return found;
  };

  const read = () => ({
    path: location.pathname,
    url: location.pathname + location.search,
    key: keyField.value,
    fields: [...new FormData(form)],
    done: form.dataset.outboxDone,
    isSheet: form.dataset.outbox === "sheet",
    isWanted,
    at: Date.now(),
  });
  const write = (entry) => {
    keyField.value = entry.key;
    const given = new Map();
    for (const [name, value] of entry.fields) given.set(name, [...(given.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || field === keyField) continue;
      const values = given.get(field.name) ?? [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.type !== "submit") field.value = values[0] ?? "";
    }
  };

  /** Leave nothing of one person on the page for the next; what the server sent back to mend was theirs too. */
  const empty = () => {
    for (const field of form.elements) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.type === "radio" && !field.value;
      else if (field.name && field !== keyField) field.value = "";
    }
    for (const told of document.querySelectorAll(".answer-errors, .question-error")) told.remove();
    for (const marked of form.querySelectorAll(".question-wrong")) marked.classList.remove("question-wrong");
    keyField.value = newKey();
  };

  /** Send an entry: "sent", "waiting" for a network or for a server that is busy, "refused", or "gone" with its page. */
  const send = async (entry) => {
    try {
      const body = new URLSearchParams(entry.fields);
      const answer = await fetch(entry.url, { method: "POST", body, credentials: "omit" });
      if (answer.status === 429 || answer.status >= 500) return ["waiting"];
      const done = entry.done ?? note.dataset.outboxDone;
      if (answer.redirected && new URL(answer.url).pathname === done) return ["sent", answer.url];
      return answer.status === 404 || answer.status === 410 ? ["gone"] : ["refused"];
    } catch {
      return ["waiting"];
    }
  };

  /** Send an entry of this page as a browser does without this script: the server says why it takes none. */
  const refuse = (entry) => {
    isWanted = false;
    /* On a device that others use next, her words stay on her page alone; and a sheet comes back as it was sent. */
    if (hasDraft) keep({ ...entry, isWanted });
    else drop(entry);
    write(entry);
    form.submit();
  };

  const onSubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    clearTimeout(typing);
    isWanted = true;
    const entry = read();
    const isKept = keep(entry);
    const [result, url] = await send(entry);
    button.disabled = false;
    if (result === "sent") {
      drop(entry);
      location.assign(url);
    } else if (result === "refused" || result === "gone") {
      refuse(entry);
    } else if (!form.reportValidity()) {
      isWanted = false;
      keep({ ...entry, isWanted });
    } else if (!isKept) {
      say("full");
    } else {
      if (isShared) {
        empty();
        isWanted = false;
      }
      say("kept", isShared ? "next" : "");
      wait();
    }
  };

  /** Send what waits, whichever form it belongs to. */
  const flush = async () => {
    if (!navigator.onLine) return;
    let sent = 0;
    let left = 0;
    for (const entry of entries().filter((one) => one.isWanted)) {
      const [result, url] = await send(entry);
      if (result === "waiting") {
        left += 1;
        continue;
      }
      const isOwn = !isShared && entry.path === location.pathname;
      if (result === "sent") {
        drop(entry);
        if (isOwn) return location.assign(url);
        sent += 1;
      } else if (isOwn && form) {
        return refuse(entry);
      } else {
        /* A sheet waits until its own page is open, where the server says why. */
        keep({ ...entry, isWanted: Boolean(entry.isSheet) && result === "refused" });
        say("refused");
      }
    }
    if (sent) say("sent");
    if (!left) {
      clearInterval(waiting);
      waiting = 0;
    }
    return undefined;
  };
  const wait = () => {
    waiting ||= setInterval(flush, 30_000);
  };

  /* The server has answers for this address. If they are these, it says so; if not, these go. */
  if (document.querySelector("[data-outbox-drop]")) {
    const own = entries().filter((one) => one.path === location.pathname);
    own.filter((one) => !one.isWanted).forEach(drop);
  }
  if (form && !hasDraft) keyField.value = newKey();
  if (hasDraft) {
    const draft = entries().find((one) => one.path === location.pathname);
    if (draft) {
      write(draft);
      isWanted = draft.isWanted;
    }
    form.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => keep(read()), 300);
    });
  }
  form?.addEventListener("submit", onSubmit);
  window.addEventListener("online", flush);
  if (entries().some((one) => one.isWanted)) {
    if (!navigator.onLine) say("kept");
    wait();
    flush();
  }

  /* So that the page itself opens without a network. */
  const worker = note?.dataset.outboxWorker;
  if (worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(worker).then(() => navigator.serviceWorker.ready).then((ready) => {
      const parts = performance.getEntriesByType("resource").map((one) => one.name);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => { if (data === "kept") document.documentElement.dataset.offline = "ready"; };
      ready.active.postMessage({ keep: [location.href, ...parts] }, [port2]);
    }, () => {});
  }
})();
