/* What every page has: what waits on this device, asking the server, and signing out. Every page works
   without it. sending.js and rating.js, on the pages that rate, build on it. */

const OURS = "plf:"; // begins every key that this product keeps in the browser
const PATIENCE = 20_000; // ms before a request that has no answer counts as lost

/* --- what waits on this device ---------------------------------------------------------------- */

function readStore(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? [];
  } catch {
    return []; // no storage here (private window), or not ours: then nothing waits
  }
}

function writeStore(key, entries) {
  try {
    if (entries.length) localStorage.setItem(key, JSON.stringify(entries));
    else localStorage.removeItem(key);
  } catch {
    // No storage, or full: the answers still stand in the page.
  }
}

/** Remove what the product keeps here, but for keys that begin with `kept`. */
function forget(kept = null) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(OURS) && !(kept && key.startsWith(kept))) localStorage.removeItem(key);
    }
  } catch {
    // No storage: nothing to forget.
  }
}

/** What `act` does with this tab's own storage; nothing where there is none. */
function inTab(act) {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
}

/* --- asking the server ------------------------------------------------------------------------ */

/** A redirect leads to the sign-in page. */
function request(address, how) {
  const patience = AbortSignal.timeout(PATIENCE);
  return fetch(address, { ...how, redirect: "manual", cache: "no-store", signal: patience });
}

/** What became of it, what the server said, and how long it says to wait, in ms. */
async function ask(address, how) {
  let response;
  try {
    response = await request(address, how);
  } catch {
    return { became: navigator.onLine ? "away" : "offline" };
  }
  const said = await response.json().catch(() => ({}));
  return { became: outcomeOf(response), said, wait: 1000 * response.headers.get("Retry-After") };
}

function outcomeOf({ type, status }) {
  if (type === "opaqueredirect") return "signed-out";
  if (status >= 500 || status === 429) return "away";
  const known = { 200: "saved", 401: "signed-out", 403: "forbidden", 409: "closed", 410: "withdrawn", 422: "refused" };
  return known[status] ?? "failed";
}

/** Signing in again makes a new token, with which all forms of the page are sent from then on. */
function takeToken(token) {
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
}

/* --- every page ------------------------------------------------------------------------------- */

const SIGNING_OUT = "plf-signing-out"; // for one tab: the page after this one is met signed out
const signOut = document.querySelector('form[action$="/log-ud/"]');
let sendAll; // of the page's form, where rating.js saves it

// Nothing stays in the browser after signing out. An expired session is no signing out: what was
// typed waits for the same person, and goes when somebody else signs in here.
const ends = document.getElementById("session-notice")?.dataset; // of who is signed in
if (ends) forget(ends.store);
else if (inTab((tab) => tab.getItem(SIGNING_OUT))) forget();
inTab((tab) => tab.removeItem(SIGNING_OUT));
signOut?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await sendAll?.();
  inTab((tab) => tab.setItem(SIGNING_OUT, "1"));
  signOut.submit();
});

// A closed round takes nothing more, and one who withdraws leaves nothing.
for (const { dataset } of document.querySelectorAll("[data-forget]")) writeStore(dataset.forget, []);
document.addEventListener("submit", ({ target }) => {
  if (target.dataset.empties) writeStore(target.dataset.empties, []);
});

// Signing out by itself is near only after most of an hour: what warns of it is fetched then.
if (ends) setTimeout(() => import(ends.script).catch(() => {}), 1000 * Math.max(ends.left - 120, 0));
