/* Lets the pages under answer/ open without a network: pages come from the network where there is one, and what was
   kept of them where there is none. No answer is ever kept here: see outbox.js. */
const CACHE = "answers-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("answers-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

/* What a page varies by, its language, is in its address where it was chosen. */
const kept = (request, more = {}) => caches.match(request, { ignoreVary: true, ...more });
const isStatic = (url) => new URL(url).origin === location.origin && new URL(url).pathname.startsWith("/static/");
const isPage = (request) => request.mode === "navigate" && request.method === "GET";

const keep = async (request, answer) => {
  if (answer.ok && !answer.redirected) await (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
};
const fromNetwork = async (request) => {
  try {
    return await keep(request, await fetch(request));
  } catch {
    return (await kept(request)) ?? (await kept(request, { ignoreSearch: true })) ?? Response.error();
  }
};
const fromCache = async (request) => (await kept(request)) ?? keep(request, await fetch(request));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (isPage(request)) event.respondWith(fromNetwork(request));
  else if (request.method === "GET" && isStatic(request.url)) event.respondWith(fromCache(request));
});

/* What the first page was made of before this worker was there; the page hears when all of it is kept. */
const keepAddress = async (url) => {
  const own = new URL(url);
  if (own.origin !== location.origin || (!isStatic(url) && !own.pathname.startsWith("/answer/"))) return;
  if (isStatic(url) && (await kept(url))) return;
  await keep(url, await fetch(url));
};
self.addEventListener("message", (event) => event.waitUntil(Promise.all(event.data.keep.map(keepAddress)).then(
  () => event.ports[0].postMessage("kept"),
  () => {}, /* The network broke meanwhile: it is asked for again on the next visit. */
)));
