/* How a page that rates is saved: one change after the other, and nothing lost while the network, the
   server or the session is gone. The store is plf.js's; rating.js makes the queue.

   The form is <form data-save="address" data-store="plf:person:round:forum">. */

const PATIENCE = 20_000; // ms before a save that has no answer counts as lost
const LONGEST_WAIT = 30_000; // ms between two attempts
const RETRIED = ["offline", "away", "signed-out"]; // outcomes after which a change waits its turn

/* --- sending ---------------------------------------------------------------------------------- */

/** Whose page it is, and what it showed when it last heard from the server. */
const whoseAndWhat = ({ elements: { as, seen } }) => ({
  ...(as && { as: as.value }),
  ...(seen && { seen: seen.value }),
});

/** One save. Answers with what became of it, and what the server said. */
async function post(form, goal, change) {
  const body = new URLSearchParams({ goal, ...change, ...whoseAndWhat(form) });
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  // keepalive: a save goes on when its page is closed.
  return ask(form.dataset.save, { method: "POST", body, headers, keepalive: true });
}

/** What is stored now. A plain GET, which makes no session live longer. */
async function fetchStored(form) {
  const whose = form.elements.as ? `?as=${form.elements.as.value}` : "";
  return ask(location.pathname + whose, { headers: { Accept: "application/json" } });
}

async function ask(address, how) {
  let response;
  try {
    // A redirect leads to the sign-in page.
    const patience = AbortSignal.timeout(PATIENCE);
    response = await fetch(address, { ...how, redirect: "manual", cache: "no-store", signal: patience });
  } catch {
    return { became: navigator.onLine ? "away" : "offline" };
  }
  const said = await response.json().catch(() => ({}));
  return { became: outcomeOf(response), said, wait: 1000 * response.headers.get("Retry-After") };
}

function outcomeOf({ type, status }) {
  if (type === "opaqueredirect") return "signed-out";
  if (status >= 500 || status === 429) return "away";
  const known = { 200: "saved", 401: "signed-out", 403: "forbidden", 409: "closed", 422: "refused" };
  return known[status] ?? "failed";
}

/** Signing in again gives a new token: fetch the page once more and take it from there. */
async function renewToken() {
  const response = await fetch(location.href, { redirect: "manual", cache: "no-store" });
  if (!response.ok) return response.type === "opaqueredirect" ? "signed-out" : "failed";
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!fresh) return "failed";
  takeToken(fresh);
  return "renewed";
}

function takeToken(token) {
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
}

async function postWithFreshToken(form, goal, change) {
  const answer = await post(form, goal, change);
  if (answer.became !== "forbidden") return answer;
  const token = await renewToken().catch(() => "away");
  if (token !== "renewed") return { became: token };
  const again = await post(form, goal, change);
  return again.became === "forbidden" ? { became: "failed" } : again;
}

/* --- the queue -------------------------------------------------------------------------------- */

/* Changes are sent one after the other, in the order they were made; of two changes to one goal
   only the later is sent. They lie in the store from the first moment until the server has them; a
   text that it refuses lies there until it is written anew. */
class Queue {
  constructor(form, onAnswer) {
    this.form = form;
    this.onAnswer = onAnswer;
    this.waiting = new Map(readStore(form.dataset.store));
    this.underway = null;
    this.refused = new Map();
    this.attempts = 0;
    this.puts = 0;
    this.closed = false;
  }

  has(goal) {
    return this.waiting.has(goal) || this.underway?.[0] === goal;
  }

  /** Whether this page has a newer value or reason of the goal than the server. */
  isNewer(goal, field) {
    const here = [this.refused.get(goal), this.waiting.get(goal)];
    if (this.underway?.[0] === goal) here.push(this.underway[1]);
    return here.some((change) => change?.[field] !== undefined);
  }

  get isBusy() {
    return Boolean(this.underway || this.waiting.size);
  }

  put(goal, change) {
    if (this.closed) return;
    this.puts++;
    if (change.reason !== undefined) this.refused.delete(goal);
    this.waiting.set(goal, { ...this.waiting.get(goal), ...change });
    this.keep();
    this.pump();
  }

  keep() {
    const entries = new Map();
    for (const [goal, change] of [...this.refused, ...(this.underway ? [this.underway] : []), ...this.waiting]) {
      entries.set(goal, { ...entries.get(goal), ...change });
    }
    writeStore(this.form.dataset.store, [...entries]);
  }

  /** Send what waits now, however long we meant to wait. */
  hurry() {
    this.attempts = 0;
    this.pump();
  }

  async pump() {
    if (this.underway || this.closed || !this.waiting.size) return;
    clearTimeout(this.timer);
    const [goal, change] = (this.underway = this.waiting.entries().next().value);
    this.waiting.delete(goal);
    const answer = await postWithFreshToken(this.form, goal, change);
    this.underway = null;
    if (RETRIED.includes(answer.became)) this.putBack(goal, change, answer);
    else this.settle(goal, change, answer);
    this.onAnswer(answer, goal, change);
  }

  /** Kept, or refused for good: on to the next. */
  settle(goal, { reason }, { became, said }) {
    this.attempts = 0;
    if (became === "closed") this.close();
    const isRefused = became === "refused" && said.reason_error;
    if (isRefused && this.waiting.get(goal)?.reason === undefined) this.refused.set(goal, { reason });
    this.keep();
    this.pump();
  }

  /** Nothing more is taken, and nothing stays here. */
  close() {
    this.closed = true;
    this.waiting.clear();
    this.refused.clear();
    this.keep();
  }

  /** First in the queue again. Signed out, we wait for the person; otherwise longer each time, but
      as long as the server says where it does. */
  putBack(goal, change, { became, wait }) {
    const later = this.waiting.get(goal);
    this.waiting.delete(goal);
    this.waiting = new Map([[goal, { ...change, ...later }], ...this.waiting]);
    this.keep();
    if (became === "signed-out") return;
    const longer = Math.min(1000 * 2 ** this.attempts++, LONGEST_WAIT);
    this.timer = setTimeout(() => this.pump(), wait || longer);
  }

  /** The page goes away: send all at once, without waiting for any answer. */
  sendBeforeLeaving() {
    for (const [goal, change] of this.waiting) post(this.form, goal, change);
  }
}
