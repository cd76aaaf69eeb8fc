// Keeps the pages of one version for use without a network: from the store first, the store renewed as a whole when
// a new version of this file arrives. Optional: it is registered where a reader asks for it.

const version = '%VERSION%';
const files = ['%FILES%'];

addEventListener('install', (event) => {
  const fresh = files.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(version).then((store) => store.addAll(fresh)));
  skipWaiting();
});

addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('llm-slide-rule-') && name !== version);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
  event.waitUntil(clients.claim());
});

addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  const stored = caches.open(version).then((store) => store.match(event.request, { ignoreSearch: true }));
  event.respondWith(stored.then((response) => response ?? fetch(event.request)));
});
