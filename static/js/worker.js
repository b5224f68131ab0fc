/* Lets pages open without a network: a page comes from the network where there is one, and where there is none, as it
   was kept. It keeps what a page asks it to keep, in the store that the page names: "answers-1" for forms that are
   answered without an account, "pages-USER" for what somebody who signed in chose, "shell" for the page that opens
   where nothing else was kept. What people write is never kept here: see outbox.js and waiting.js. */
const ANSWERS = "answers-1";
/* The page that knows nobody: templates/offline/offline.html. */
const SHELL = "/offline/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/* What a page varies by is in its address or its store: its language, and who reads it. */
const kept = (request, more = {}) => caches.match(request, { ignoreVary: true, ...more });
const isStatic = (url) => new URL(url).origin === location.origin && new URL(url).pathname.startsWith("/static/");
const isPage = (request) => request.mode === "navigate" && request.method === "GET";

/** Keep a page, marked as kept on the portal's own day: a script tells its reader. */
const keepPage = async (store, url, answer) => {
  if (!answer.ok || answer.redirected) return;
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  const marked = text.replace("<html ", `<html data-kept="${headers.get("Date") ?? ""}" `);
  const parts = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => new URL(found[1], location.origin).href);
  await Promise.all(parts.map((part) => keepPart(store, part)));
  await (await caches.open(store)).put(url, new Response(marked, { headers }));
};
const keepPart = async (store, url) => {
  const own = await caches.open(store);
  if (await own.match(url, { ignoreVary: true })) return;
  const answer = await fetch(url);
  if (answer.ok) await own.put(url, answer);
};

/** Keep anew what is kept of a page, as the network gave it a moment ago. */
const refresh = async (request, answer) => {
  for (const name of await caches.keys()) {
    if (await (await caches.open(name)).match(request, { ignoreVary: true })) await keepPage(name, request.url, answer.clone());
  }
};
const page = async (event) => {
  const { request } = event;
  try {
    const answer = await fetch(request);
    event.waitUntil(refresh(request, answer.clone()));
    return answer;
  } catch {
    const alike = (await kept(request)) ?? (await kept(request, { ignoreSearch: true }));
    const isAnswer = new URL(request.url).pathname.startsWith("/answer/");
    return alike ?? (isAnswer ? undefined : await kept(SHELL)) ?? Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (isPage(request)) event.respondWith(page(event));
  else if (request.method === "GET" && isStatic(request.url)) {
    event.respondWith(kept(request).then((found) => found ?? fetch(request)));
  }
});

const keep = async (store, address) => {
  const url = new URL(address, location.origin).href;
  if (!url.startsWith(`${location.origin}/`)) return;
  await (isStatic(url) ? keepPart(store, url) : keepPage(store, url, await fetch(url)));
};
self.addEventListener("message", (event) => {
  const { store = ANSWERS, keep: wanted } = event.data;
  event.waitUntil(Promise.all(wanted.map((url) => keep(store, url))).then(
    () => event.ports[0].postMessage("kept"),
    () => event.ports[0].postMessage("broken"), /* The network broke meanwhile: it is asked for again on the next visit. */
  ));
});
