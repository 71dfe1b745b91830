// Shows the offline page instead of a sheet while there is no network. No page of a person is ever kept here.
const { NAME, PAGE, ASSETS, SHEETS } = self.KEPT; // the view that serves this file writes them in front of it

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([PAGE, ...ASSETS].map((url) => new Request(url, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  const gone = (names) => Promise.all(names.filter((name) => name.startsWith("kaoping-offline-") && name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(gone).then(() => self.clients.claim()));
});

// Pages of a sheet, not its downloads.
const isPage = (path) => path.startsWith(SHEETS) && /^\d+\/([a-z]+\/)?$/.test(path.slice(SHEETS.length));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && isPage(pathname)) event.respondWith(fetch(request).catch(() => caches.match(PAGE, { ignoreVary: true })));
  else if (ASSETS.includes(pathname)) event.respondWith(fetch(request).catch(() => caches.match(pathname, { ignoreVary: true })));
});
