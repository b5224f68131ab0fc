/* What was written without a network waits on this device, for one account, until the portal says what came of it.
   An entry is a form as it would be sent, files included, with the key that makes it safe to send twice. Its state is
   "waiting", "refused", "conflict" or "saved"; of a saved one only what to call it and where it leads is left.
   Each page of who is signed in sends what waits; signing out removes all of it. Confidential notes have no such form. */
(() => {
  "use strict";
  /* Without a secure line there is no worker: the portal then works as it does without this script. */
  if (!window.isSecureContext || !navigator.serviceWorker || !navigator.locks) return;
  const phrases = document.getElementById("waiting-phrases").dataset;
  const LONGEST = 10 * 60_000;
  const SAVED_FOR = 7 * 24 * 3600_000;
  const LAST_USER = "waiting:user";
  /* The page that knows nobody, which may stand at any address: it is read by who was signed in here last. */
  const isShell = document.getElementById("device") !== null;
  let user = document.body.dataset.user || localStorage.getItem(LAST_USER) || "";
  let pause = 5_000;
  let again = 0;

  /* The store: one row an entry. */
  let opened;
  const open = () => (opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("waiting", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "id" });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  }));
  const inStore = async (mode, ask) => {
    const work = (await open()).transaction("entries", mode);
    const asked = ask(work.objectStore("entries"));
    return new Promise((resolve, reject) => {
      work.oncomplete = () => resolve(asked.result);
      work.onabort = () => reject(work.error);
    });
  };
  /* Each tab shows what any of them did. */
  const tabs = new BroadcastChannel("waiting");
  const tellHere = () => document.dispatchEvent(new Event("waiting-changed"));
  const tellAll = () => { tabs.postMessage(""); tellHere(); };
  tabs.onmessage = tellHere;
  const put = async (entry) => {
    await inStore("readwrite", (rows) => rows.put(entry));
    tellAll();
  };
  const drop = async (id) => {
    await inStore("readwrite", (rows) => rows.delete(id));
    tellAll();
  };
  const own = (entry) => Boolean(entry && user && entry.user === user);
  const get = async (id) => {
    const entry = await inStore("readonly", (rows) => rows.get(id));
    return own(entry) ? entry : undefined;
  };
  const list = async () => (await inStore("readonly", (rows) => rows.getAll())).filter(own).sort((one, two) => one.at - two.at);

  /* Pages that were kept for this account: see worker.js. */
  const store = () => `pages-${user}`;
  const ask = async (message) => {
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((resolve) => { port1.onmessage = ({ data }) => resolve(data); });
    active.postMessage(message, [port2]);
    return answer;
  };
  const parts = () => performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.includes("/static/"));
  const dropPages = async (except = "") => {
    for (const name of await caches.keys()) if (name.startsWith("pages-") && name !== except) await caches.delete(name);
  };

  /** What the portal says against a form that it did not save, sentence by sentence. */
  const sentences = (page) => {
    const text = (one) => one.textContent.trim().replace(/\s+/g, " ");
    const versions = [...page.querySelectorAll(".versions")].map((one) =>
      [`${text(one.previousElementSibling)}:`, ...[...one.children].map((side) => [...side.children].map(text).join(": "))].join(" "));
    const wrong = [...page.querySelectorAll(".error-summary li")].map(text);
    return versions.length ? versions : wrong.length ? wrong : [...page.querySelectorAll("main h1, main .reason")].map(text);
  };
  const judge = (status, page) => {
    if (status === 409) return { state: "conflict", said: sentences(page), page };
    const isForm = page.querySelector(".error-summary") !== null;
    /* A page without the form and without a reader is one that asks who this is. */
    if (isForm || (status >= 400 && page.body.dataset.user)) return { state: "refused", said: sentences(page), page };
    return { state: "waiting" };
  };
  /** Send an entry with a token: what it is now, and what the portal said. `when` is "now" for who waits before the page. */
  const post = async (entry, token, when) => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token);
    for (const [name, value] of entry.fields) body.append(name, value);
    try {
      const options = { method: "POST", body, headers: { "X-Waiting": when }, signal: AbortSignal.timeout(LONGEST) };
      const answer = await fetch(entry.url, options);
      if (answer.status === 401) return { state: "waiting", isOut: true };
      if (answer.status === 429 || answer.status >= 500) return { state: "waiting" };
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) return { state: "saved", ...(await answer.json()) };
      return judge(answer.status, new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      return { state: "waiting" };
    }
  };
  /* One tab sends an entry; another that wants to finds it sent, or in another's hands. Who has it open holds it too:
     it would be sent as it was before, and what is being changed in it would come too late. */
  const hold = (id) => new Promise((resolve) => {
    navigator.locks.request(`waiting:${id}`, () => new Promise((letGo) => { resolve(letGo); }));
  });
  const sendNow = (entry, token) => navigator.locks.request(`waiting:${entry.id}`, () => post(entry, token, "now"));
  const sendKept = (id, token) => navigator.locks.request(`waiting:${id}`, { ifAvailable: true }, async (lock) => {
    const entry = lock && (await get(id));
    if (entry?.state !== "waiting") return undefined;
    const { state, said, url } = await post(entry, token, "later");
    if (state === "saved") await put({ id, user, title: entry.title, at: Date.now(), state, url, said });
    else if (state !== "waiting") await put({ ...entry, state, said });
    return { ...entry, state, url };
  });

  /** Say on this page what came of what waited; the page of this device says it by itself. */
  const tell = async (results) => {
    const left = await list();
    const saved = results.filter((one) => one?.state === "saved");
    const stuck = left.some((one) => one.state === "refused" || one.state === "conflict");
    /* Where the form has just said so itself, once is enough. */
    const waits = left.some((one) => one.state === "waiting") && !document.querySelector("[data-waiting-note]:not([hidden])");
    const place = document.getElementById("messages");
    place.querySelector(".waiting-note")?.remove();
    if (isShell || !(saved.length || stuck || waits)) return;
    const note = Object.assign(document.createElement("div"), { className: `message waiting-note message-${stuck ? "warning" : "info"}` });
    note.setAttribute("role", "status");
    const body = document.createElement("div");
    const line = (text, ...links) => {
      const row = document.createElement("p");
      row.append(text);
      for (const [label, href] of links) row.append(" ", Object.assign(document.createElement("a"), { textContent: label, href }));
      body.append(row);
    };
    if (saved.length) line(phrases.sent, ...saved.map((one) => [one.title, one.url]));
    if (stuck) line(phrases.refused, [phrases.see, phrases.page]);
    else if (waits) line(phrases.waits, [phrases.see, phrases.page]);
    note.append(body);
    place.prepend(note);
  };
  const session = async () => (await fetch(phrases.session, { cache: "no-store" })).json();
  const later = () => {
    clearTimeout(again);
    again = setTimeout(flush, pause);
    pause = Math.min(2 * pause, 120_000);
  };
  /** Send what waits, if this is still the account that it belongs to. */
  const flush = async () => {
    clearTimeout(again);
    const entries = (await list()).filter((one) => one.state === "waiting");
    if (!entries.length || !navigator.onLine) return tell([]);
    const known = await session().catch(() => undefined);
    if (known && known.user !== user) return document.dispatchEvent(new Event("waiting-out"));
    const results = [];
    if (known) for (const { id } of entries) results.push(await sendKept(id, known.token));
    if (!known || results.some((one) => one?.state === "waiting")) later();
    return tell(results);
  };

  /* Signing out leaves nothing of this account here, wherever the button stands. */
  let isLeaving = false;
  document.addEventListener("submit", async (event) => {
    if (isLeaving || new URL(event.target.action, location).pathname !== phrases.leave) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const left = await list().catch(() => []);
    if (left.some((one) => one.state !== "saved") && !window.confirm(phrases.lost)) return;
    try {
      await Promise.all([dropPages(), ...left.map((one) => drop(one.id))]);
      localStorage.removeItem(LAST_USER);
    } finally {
      isLeaving = true;
      event.target.requestSubmit();
    }
  }, true);

  window.waiting = { put, drop, get, hold, list, sendNow, flush, ask, store, parts };

  /* Once in each tab and language the page that opens without a network is kept, as it is now. */
  const start = async () => {
    await navigator.serviceWorker.register(phrases.worker, { updateViaCache: "none" });
    const flag = `shell:${document.documentElement.lang}`;
    if (sessionStorage.getItem(flag)) return;
    if ((await ask({ store: "shell", keep: [phrases.page, ...parts()] })) === "kept") sessionStorage.setItem(flag, "kept");
  };
  /* Whose this device is now; what was kept for somebody else's reading goes, what somebody else wrote waits. */
  const settle = async () => {
    if (isShell) user = (await session().catch(() => ({}))).user || user;
    if (!user) return;
    localStorage.setItem(LAST_USER, user);
    await dropPages(store());
    for (const one of await list()) if (one.state === "saved" && Date.now() - one.at > SAVED_FOR) await drop(one.id);
    await flush();
    tellHere();
  };
  window.addEventListener("online", () => { pause = 5_000; flush(); });
  window.addEventListener("load", () => start().catch(() => {}));
  settle().catch(() => {});
})();
