/* The page of this device: what waits here, with what the portal said of it, and which pages are ready. */
(() => {
  "use strict";
  const { waiting } = window;
  const device = document.getElementById("device");
  if (!waiting) return;
  const phrases = device.dataset;
  const part = (name) => device.querySelector(`[data-device-${name}]`);
  const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", numberingSystem: "latn" });

  const button = (label, press, isPlain = false) => {
    const made = make("button", isPlain ? "btn btn-plain" : "btn btn-secondary", label);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  };
  const link = (label, href) => Object.assign(make("a", "btn btn-secondary", label), { href });
  const row = (title, lines, said, actions) => {
    const item = make("li", "");
    const name = make("p", "item-title");
    name.append(make("bdi", "", title));
    item.append(name, ...lines.filter(Boolean).map((text) => make("p", "muted small", text)));
    if (said.length) {
      const list = make("ul", "");
      list.append(...said.map((text) => make("li", "", text)));
      item.append(list);
    }
    const buttons = make("div", "button-row");
    buttons.append(...actions);
    item.append(buttons);
    return item;
  };
  const fill = (name, rows) => {
    const list = part(name);
    list.replaceChildren(...rows);
    list.closest("section").querySelector("[data-device-none]").hidden = rows.length > 0;
  };

  const discard = (entry) => { if (window.confirm(phrases.sure)) waiting.drop(entry.id); };
  const sendAgain = async (entry) => {
    await waiting.put({ ...entry, state: "waiting", said: [] });
    await waiting.flush();
  };
  const entryRow = (entry) => {
    const lines = [phrases[entry.state], entry.text, entry.state === "saved" ? "" : `${phrases.written} ${day.format(entry.at)}`];
    const actions = entry.state === "saved"
      ? [link(phrases.see, entry.url), button(phrases.takeAway, () => waiting.drop(entry.id), true)]
      : [
        link(phrases.open, `${entry.url}#waiting-${entry.id}`),
        button(phrases.send, () => sendAgain(entry)),
        button(phrases.discard, () => discard(entry), true),
      ];
    return row(entry.title, lines, entry.said, actions);
  };
  const pageRow = async (cache, request) => {
    const answer = await cache.match(request, { ignoreVary: true });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form[data-waiting]");
    const remove = async () => {
      await cache.delete(request, { ignoreVary: true });
      await showReady();
    };
    const kept = `${phrases.kept} ${day.format(new Date(answer.headers.get("Date")))}`;
    return row(form?.dataset.waiting ?? page.title, [kept], [], [link(phrases.open, request.url), button(phrases.remove, remove, true)]);
  };
  const showWaiting = async () => fill("waits", (await waiting.list()).map(entryRow));
  const showReady = async () => {
    const names = (await caches.keys()).filter((name) => name === waiting.store());
    const rows = [];
    for (const name of names) {
      const cache = await caches.open(name);
      const pages = (await cache.keys()).filter((request) => !new URL(request.url).pathname.startsWith("/static/"));
      rows.push(...await Promise.all(pages.map((request) => pageRow(cache, request))));
    }
    fill("ready", rows);
  };
  const show = () => {
    part("cut").hidden = navigator.onLine;
    showWaiting().catch(() => {});
    showReady().catch(() => {});
  };

  document.addEventListener("waiting-changed", show);
  document.addEventListener("waiting-out", () => { part("out").hidden = false; });
  for (const change of ["online", "offline"]) window.addEventListener(change, show);
  show();
})();
