/* What rating.js sends: each change in its turn, again after whatever went wrong, and nothing twice.
   The store, `ask` and `takeToken` are plf.js's. */

const LONGEST_WAIT = 30_000; // ms between two attempts
const RETRIED = ["offline", "away", "signed-out"]; // outcomes after which a change waits its turn
const LIGHT = 60_000; // bytes: browsers send no more on behalf of a page that is gone

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
  const keepalive = `${body}`.length < LIGHT;
  return ask(form.dataset.save, { method: "POST", body, headers, keepalive });
}

/** What is stored now. A plain GET, which makes no session live longer. */
async function fetchStored(form) {
  const whose = form.elements.as ? `?as=${form.elements.as.value}` : "";
  return ask(location.pathname + whose, { headers: { Accept: "application/json" } });
}

/** Signing in again gives a new token: fetch the page once more and take it from there. */
async function renewToken() {
  const response = await request(location.href);
  const became = outcomeOf(response);
  if (became !== "saved") return RETRIED.includes(became) ? became : "failed";
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!fresh) return "failed";
  takeToken(fresh);
  return "renewed";
}

async function postWithFreshToken(form, goal, change) {
  const answer = await post(form, goal, change);
  if (answer.became !== "forbidden") return answer;
  const token = await renewToken().catch(() => "away");
  if (token !== "renewed") return { became: token };
  const again = await post(form, goal, change);
  return again.became === "forbidden" ? { became: "failed" } : again;
}

/** The choice and the reason's mark of a goal, as the server last told this page. */
function toldOf({ elements, dataset }, goal) {
  const told = elements.seen?.value ?? dataset.seen;
  const [, choice = "", mark = ""] = told.split(" ").find((one) => one.startsWith(`${goal}:`))?.split(":") ?? [];
  return { choice, mark };
}

/** What is left of a change that was sent by a page that did not stay for the answer. Where the
    server now has another choice or reason than `before`, it came through, or a later one did; where
    it was made under another key, all has been withdrawn since. */
function notCameThrough(form, goal, { before, value, reason, confirm, made }) {
  const now = toldOf(form, goal);
  const { choice, mark } = before ?? now;
  if (made && made !== form.dataset.key) return {};
  return {
    ...(value !== undefined && choice === now.choice && { value }),
    ...(reason !== undefined && mark === now.mark && { reason, ...(confirm && { confirm }) }),
  };
}

/* Changes are sent one after the other, in the order they were made; of two changes to one goal
   only the later is sent. They lie in the store from the first moment until the server has them; a
   text that it refuses lies there until it is written anew. */
class Queue {
  constructor(form, onAnswer) {
    this.form = form;
    this.onAnswer = onAnswer;
    this.waiting = new Map();
    this.underway = null;
    this.refused = new Map();
    this.attempts = 0;
    this.puts = 0;
    this.closed = false;
    this.kept = new Map(readStore(form.dataset.store));
    for (const [goal, change] of this.kept) {
      const left = notCameThrough(form, goal, change);
      if (Object.keys(left).length) this.waiting.set(goal, { ...left, ...this.made });
    }
    this.keep();
  }

  /** Under which key a change was made. A person who withdraws gets another. */
  get made() {
    return { made: this.form.dataset.key ?? "" };
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

  /** Other tabs of this browser keep theirs in the same place: what is not ours stays. */
  keep({ isLeaving = false } = {}) {
    const entries = new Map();
    for (const [goal, change] of [...this.refused, ...(this.underway ? [this.underway] : []), ...this.waiting]) {
      entries.set(goal, { ...this.made, ...entries.get(goal), ...change });
    }
    if (isLeaving) for (const goal of entries.keys()) {
      if (this.has(goal)) entries.get(goal).before = toldOf(this.form, goal);
    }
    const all = new Map(readStore(this.form.dataset.store));
    const isOurs = ([goal, change]) => JSON.stringify(all.get(goal)) === JSON.stringify(change);
    for (const [goal] of [...this.kept].filter(isOurs)) all.delete(goal);
    this.kept = entries;
    writeStore(this.form.dataset.store, [...all, ...entries]);
  }

  /** Send what waits now, however long we meant to wait. */
  hurry() {
    this.attempts = 0;
    this.pump();
  }

  async pump() {
    if (this.underway || this.closed || !this.waiting.size) return;
    clearTimeout(this.timer);
    const sent = (this.underway = this.waiting.entries().next().value);
    const [goal, change] = sent;
    this.waiting.delete(goal);
    const answer = await postWithFreshToken(this.form, goal, { ...this.made, ...change });
    if (this.underway !== sent) return; // closed or withdrawn meanwhile
    this.underway = null;
    if (answer.became === "withdrawn" && !change.made) return this.sendAnew(goal, change, answer.said);
    if (RETRIED.includes(answer.became)) this.putBack(goal, change, answer);
    else this.settle(goal, change, answer);
    this.onAnswer(answer, goal, change);
  }

  /** Kept, or refused for good: on to the next. */
  settle(goal, { reason, made }, { became, said }) {
    this.attempts = 0;
    if (became === "closed") this.close();
    if (became === "withdrawn") this.withdraw(made);
    const isRefused = became === "refused" && said.reason_error;
    if (isRefused && this.waiting.get(goal)?.reason === undefined) this.refused.set(goal, { reason });
    this.keep();
    this.pump();
  }

  /** Nothing more is taken, and nothing stays here. */
  close() {
    this.closed = true;
    this.empty();
  }

  /** Chosen just now, on a page from before all was withdrawn elsewhere: that is an answer anew. */
  sendAnew(goal, change, { key }) {
    this.form.dataset.key = key;
    this.waiting = new Map([[goal, { ...change, ...this.waiting.get(goal) }], ...this.waiting]);
    this.keep();
    this.pump();
  }

  /** Another tab has sent what waits here too. Says whether it has. */
  leaveOut(goal, { value, reason }) {
    const waits = this.waiting.get(goal);
    if (!waits || waits.value !== value || waits.reason !== reason) return false;
    this.waiting.delete(goal);
    this.keep();
    return true;
  }

  /** All that was made under a key has been withdrawn, on another device. */
  withdraw(key) {
    for (const [goal, { made }] of [...this.waiting]) if (made === key) this.waiting.delete(goal);
  }

  /** All has been withdrawn: nothing that waits is sent any more. */
  empty() {
    this.underway = null;
    this.waiting.clear();
    this.refused.clear();
    writeStore(this.form.dataset.store, []);
  }

  /** First in the queue again. Signed out, we wait for the person; otherwise longer each time, but
      as long as the server says where it does. */
  putBack(goal, change, { became, wait }) {
    const later = this.waiting.get(goal);
    this.waiting.delete(goal);
    this.waiting = new Map([[goal, { ...this.made, ...change, ...later }], ...this.waiting]);
    this.keep();
    if (became === "signed-out") return;
    const longer = Math.min(1000 * 2 ** this.attempts++, LONGEST_WAIT);
    this.timer = setTimeout(() => this.pump(), wait || longer);
  }

  /** The page goes away: send all at once, without waiting for any answer. */
  sendBeforeLeaving() {
    if (navigator.onLine && !this.closed) this.keep({ isLeaving: true });
    for (const [goal, change] of this.waiting) post(this.form, goal, change);
  }
}
