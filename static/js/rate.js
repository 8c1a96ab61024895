/* Written by `make js` from sending.js and rating.js: change those. */

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

/* The pages that rate: a choice is saved the moment it is made, and nothing that was typed is lost
   when the network, the server or the session goes. `Queue` and what it asks are sending.js's.

   The form is <form data-save="address" data-store="plf:person:round:forum">; each goal in it is
   <fieldset class="goal" data-goal="12">. What the script says is in the form's data-text-*. */

const PAUSE = 800; // ms without typing before a reason is sent

/* --- one goal --------------------------------------------------------------------------------- */

const radiosOf = (goal) => [...goal.querySelectorAll("input[type=radio]")];
const textOf = (goal) => goal.querySelector("textarea");
const choiceOf = (goal) => radiosOf(goal).find((radio) => radio.checked)?.value ?? "";

/** Show a change that was made elsewhere, or that waited on this device. */
function show(goal, change) {
  if (change.value !== undefined) {
    for (const radio of radiosOf(goal)) radio.checked = radio.value === change.value;
  }
  if (change.reason !== undefined) {
    textOf(goal).value = change.reason;
    goal.querySelector(".goal-reason").open ||= change.reason !== "";
  }
}

/** What was chosen or written before the script came, and is not on the server. */
function changedMeanwhile(goal) {
  const text = textOf(goal);
  const shown = radiosOf(goal).find((radio) => radio.defaultChecked)?.value ?? "";
  return {
    ...(choiceOf(goal) !== shown && { value: choiceOf(goal) }),
    ...(text.value !== text.defaultValue && { reason: text.value }),
  };
}

function showRoom(form, goal) {
  const used = [...textOf(goal).value.trim()].length;
  const text = form.dataset.textRoom.replace("{used}", used).replace("{room}", form.dataset.room);
  document.getElementById(`${textOf(goal).id}-room`).textContent = text;
}

function errorAt(field, id, text) {
  let error = document.getElementById(id);
  if (!text) return error?.remove();
  if (!error) {
    error = Object.assign(document.createElement("p"), { id, className: "goal-error" });
    error.setAttribute("role", "alert");
    field.after(error);
  }
  error.textContent = text;
}

/** What the server refused stands at its field; something like a CPR number gets a question. */
function showErrors(goal, said) {
  const text = textOf(goal);
  errorAt(goal.querySelector(".goal-choices"), `${goal.id}-error`, said.value_error);
  const question = goal.querySelector("label.form-check");
  if (!said.confirm && !question?.querySelector("input").checked) question?.remove();
  if (said.confirm && !question) {
    const label = document.getElementById("confirm").content.cloneNode(true);
    label.querySelector("input").name = `confirm-${goal.dataset.goal}`;
    text.after(label);
  }
  errorAt(text, `${text.id}-error`, said.reason_error);
  text.classList.toggle("is-invalid", Boolean(said.reason_error));
  const notes = [`${text.id}-room`, ...(said.reason_error ? [`${text.id}-error`] : [])];
  text.setAttribute("aria-describedby", notes.join(" "));
  if (said.reason_error) goal.querySelector(".goal-reason").open = true;
}

/* --- the bar ---------------------------------------------------------------------------------- */

/** How far one is: in each step, in all, and on the button. */
function count(form) {
  const total = form.querySelectorAll(".goal").length;
  let answered = 0;
  for (const pillar of form.querySelectorAll(".rate-pillar")) {
    const goals = [...pillar.querySelectorAll(".goal")];
    const here = goals.filter(choiceOf).length;
    const step = form.querySelector(`.rate-step[href="#${pillar.id}"]`);
    step.querySelector("span").textContent = `${here}/${goals.length}`;
    step.classList.toggle("is-full", here === goals.length);
    for (const goal of goals) goal.querySelector(".goal-clear").disabled = !choiceOf(goal);
    answered += here;
  }
  const text = form.dataset.textTotal.replace("{answered}", answered).replace("{total}", total);
  form.querySelector(".rate-total").textContent = text;
  const next = form.querySelector(".rate-next");
  next.value = answered === total ? "done" : "unanswered";
  next.textContent = next.dataset[next.value];
}

/** The first unanswered goal after where one is; from the top again when there is none below.
    One is at the goal that had the focus last, if it is still in view; otherwise at what is in view. */
function nextUnanswered(form, last) {
  const { bottom: bar } = form.querySelector(".rate-bar").getBoundingClientRect();
  const isInView = (goal) => {
    const { top, bottom } = goal.getBoundingClientRect();
    return bottom > bar && top < innerHeight;
  };
  const goals = [...form.querySelectorAll(".goal")];
  const here = last && isInView(last) ? goals.indexOf(last) : goals.findIndex(isInView) - 1;
  return [...goals.slice(here + 1), ...goals].find((goal) => !choiceOf(goal));
}

const whenQuiet = window.requestIdleCallback ?? ((work) => setTimeout(work, 50));

/** Goals below the screen come without a layout. Each gets one in its own quiet moment, so that
    nothing moves when one scrolls back, and no moment is long enough to be felt. */
function layOut([goal, ...rest]) {
  goal.classList.add("is-laid-out");
  if (rest.length) whenQuiet(() => layOut(rest));
}

/** Mark the step of the pillar that is read now. */
function followReader(form) {
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const step = form.querySelector(`.rate-step[href="#${target.id}"]`);
      if (isIntersecting) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
  }, { rootMargin: "-30% 0px -69% 0px" });
  form.querySelectorAll(".rate-pillar").forEach((pillar) => seen.observe(pillar));
}

/** On a phone the foot of the screen tells how far one is: not over the bar, which begins there. */
function makeRoomForBar(form) {
  const bar = form.querySelector(".rate-bar");
  const foot = bar.querySelector(".rate-status").offsetHeight;
  const hide = ([{ isIntersecting }]) => bar.classList.toggle("is-coming", !isIntersecting);
  new IntersectionObserver(hide, { rootMargin: `0px 0px -${foot}px`, threshold: 0.99 }).observe(bar);
}

/* --- what is said ----------------------------------------------------------------------------- */

/** The line in the bar. A warning that the round closes soon stays before whatever else is said. */
function makeSpeaker(form) {
  const line = form.querySelector(".rate-saved");
  let warning = "";
  let said = [line.textContent];
  const write = () => {
    const [text, ...more] = said;
    line.replaceChildren([warning, text].filter(Boolean).join(" · "), ...more);
  };
  return {
    say(...words) {
      said = words;
      write();
    },
    warn(text) {
      if (text === warning) return; // said once is enough for those who listen
      warning = text;
      write();
    },
  };
}

function signInLink(form, goal) {
  const here = location.pathname + (goal ? `#${goal.id}` : "");
  const href = `${form.dataset.signIn}?next=${encodeURIComponent(here)}`;
  return Object.assign(document.createElement("a"), { href, textContent: form.dataset.textSignIn });
}

function tell(form, speaker, { became, said }, last) {
  const texts = form.dataset;
  form.querySelector(".rate-bar")?.classList.toggle("is-offline", RETRIED.includes(became));
  if (became === "signed-out") return speaker.say(`${texts.textSignedOut} `, signInLink(form, last));
  const ours = {
    offline: texts.textOffline,
    away: texts.textAway,
    refused: texts.textRefused,
    elsewhere: texts.textElsewhere,
    withdrawn: texts.textElsewhere,
  };
  const theirs = { saved: said?.saved_at_text, closed: said?.message };
  speaker.say({ ...ours, ...theirs }[became] ?? texts.textFailed);
}

/** Quiet notices a quarter of an hour and two minutes before closing, by the server's clock. The
    closing may be moved while the page stands open: what comes back tells what the server says. */
function watchClosing(form, speaker) {
  let closesAt, clock;
  const look = () => {
    const minutes = (closesAt - Date.now()) / 60_000;
    const stage = [0, 2, 15].find((limit) => minutes <= limit);
    const text = stage === undefined ? "" : form.getAttribute(`data-text-${stage}`);
    speaker.warn(text.replace("{clock}", clock));
  };
  const hear = ({ closes, closes_in: left } = {}) => {
    if (left === undefined) return;
    closesAt = Date.now() + 1000 * left;
    clock = closes;
    look();
  };
  hear({ closes: form.dataset.closes, closes_in: form.dataset.closesIn });
  setInterval(look, 15_000);
  return hear;
}

/* --- the page that rates ---------------------------------------------------------------------- */

function startRating(form) {
  const speaker = makeSpeaker(form);
  const hearClosing = watchClosing(form, speaker);
  const pauses = new Map();
  let last = null; // the goal that had the focus last
  let isBehind = false;
  const goals = [...form.querySelectorAll(".goal")];
  const goalOf = (id) => form.querySelector(`.goal[data-goal="${id}"]`);
  const windows = new BroadcastChannel(form.dataset.store);

  const learn = (said) => {
    hearClosing(said);
    if (said?.key) form.dataset.key = said.key;
  };
  const hear = (answer) => {
    learn(answer.said);
    tell(form, speaker, answer, last);
    if (answer.became === "closed") for (const goal of goals) goal.disabled = true;
  };
  const queue = new Queue(form, (answer, id, change) => {
    hear(answer);
    const goal = goalOf(id);
    const { became, said } = answer;
    if (became === "refused" && goal) showErrors(goal, said);
    if (became === "saved") {
      if (goal && !queue.has(id)) showErrors(goal, {});
      if (said.seen !== undefined && goal) form.elements.seen.value = said.seen;
      if (said.elsewhere) catchUp();
      windows.postMessage({ id, change });
    }
    // Withdrawn elsewhere: the page still shows what was not kept.
    isBehind ||= became === "withdrawn" && goals.length > 0;
    if (isBehind && !queue.isBusy) catchUp();
  });

  /** Show what was changed on another page, but for what is newer on this one. */
  const adopt = (goal, { value, reason }) => {
    const isNewer = (field) => queue.isNewer(goal.dataset.goal, field);
    const change = {};
    if (value !== undefined && value !== choiceOf(goal) && !isNewer("value")) change.value = value;
    const isOther = reason !== undefined && reason.trim() !== textOf(goal).value.trim();
    if (isOther && !isNewer("reason") && !pauses.has(goal)) change.reason = reason;
    show(goal, change);
    showRoom(form, goal);
    return Object.keys(change).length > 0;
  };
  const adoptAll = (changes) => {
    if (!changes.filter(([goal, change]) => adopt(goal, change)).length) return;
    count(form);
    speaker.say(form.dataset.textElsewhere);
  };
  const catchUp = async () => {
    if (queue.isBusy || queue.closed) return;
    const { puts } = queue;
    const answer = await fetchStored(form);
    if (puts !== queue.puts) return; // older than what was changed here meanwhile
    if (answer.became === "closed") queue.close();
    if (["closed", "signed-out"].includes(answer.became)) hear(answer);
    if (answer.became !== "saved") return;
    isBehind = false;
    learn(answer.said);
    form.elements.seen.value = answer.said.seen;
    takeToken(answer.said.token);
    adoptAll(goals.map((goal) => [goal, answer.said.goals[goal.dataset.goal] ?? { value: "", reason: "" }]));
  };
  const wake = () => {
    queue.hurry();
    if (goals.length) catchUp();
    else renewToken().catch(() => {}); // no network: the token is renewed when a save needs it
  };

  const reasonOf = (goal) => {
    const confirmed = goal.querySelector("label.form-check input")?.checked;
    return { reason: textOf(goal).value, ...(confirmed && { confirm: "1" }) };
  };
  const send = (goal, change) => {
    if (!queue.isBusy) speaker.say("\u00a0"); // "Saved" must not stand there while it is not
    queue.put(goal.dataset.goal, change);
  };
  const flush = (goal) => {
    clearTimeout(pauses.get(goal));
    if (pauses.delete(goal)) send(goal, reasonOf(goal));
  };
  const flushAll = () => [...pauses.keys()].forEach(flush);
  const put = (goal) => {
    send(goal, { value: choiceOf(goal) });
    count(form);
  };

  form.addEventListener("focusin", ({ target }) => {
    last = target.closest(".goal") ?? last;
  });
  form.addEventListener("change", ({ target }) => {
    const goal = target.closest(".goal");
    if (target.type === "radio") put(goal);
    else if (target.type === "checkbox") send(goal, reasonOf(goal));
    else if (goal) flush(goal);
  });
  form.addEventListener("input", ({ target }) => {
    if (target.type !== "textarea") return;
    const goal = target.closest(".goal");
    showRoom(form, goal);
    clearTimeout(pauses.get(goal));
    pauses.set(goal, setTimeout(() => flush(goal), PAUSE));
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.name === "clear") {
      event.preventDefault();
      const goal = button.closest(".goal");
      show(goal, { value: "" });
      put(goal);
      radiosOf(goal)[0].focus();
    } else if (button?.value === "unanswered") {
      event.preventDefault();
      const goal = nextUnanswered(form, last);
      goal.scrollIntoView({ block: "start" });
      goal.focus({ preventScroll: true });
    }
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.empties) {
      queue.close(); // withdrawn: nothing more is sent, by no other tab either
      windows.postMessage({ isWithdrawn: true });
    }
    if (target === form) flushAll();
  });
  // The whole form is sent as without the script, but only with what the server has not got: a goal
  // that another window has changed since is left alone.
  form.addEventListener("formdata", ({ formData }) => {
    for (const goal of goals) {
      const id = goal.dataset.goal;
      if (queue.has(id) || goal.querySelector(".goal-error")) continue;
      for (const field of ["goal", "reason", "confirm"]) formData.delete(`${field}-${id}`);
    }
  });

  windows.addEventListener("message", ({ data: { id, change, isWithdrawn } }) => {
    if (isWithdrawn) {
      for (const pause of pauses.values()) clearTimeout(pause);
      pauses.clear();
      queue.empty();
    }
    if (!goalOf(id)) return;
    if (queue.leaveOut(id, change)) tell(form, speaker, { became: "elsewhere" });
    adoptAll([[goalOf(id), change]]);
  });
  for (const name of ["online", "focus"]) addEventListener(name, () => queue.hurry());
  addEventListener("pagehide", () => {
    flushAll();
    queue.sendBeforeLeaving();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) wake();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
  });

  const meanwhile = goals.map((goal) => [goal, changedMeanwhile(goal)]);
  for (const [id, change] of queue.waiting) if (goalOf(id)) show(goalOf(id), change);
  for (const [goal, change] of meanwhile) {
    show(goal, change);
    showRoom(form, goal);
    if (Object.keys(change).length) send(goal, change);
  }
  if (goals.length) {
    count(form);
    followReader(form);
    makeRoomForBar(form);
    whenQuiet(() => layOut(goals));
  }
  queue.hurry();

  /** All that was typed is sent, or three seconds have passed. */
  return async () => {
    flushAll();
    for (let i = 0; i < 30 && queue.isBusy; i++) await new Promise((later) => setTimeout(later, 100));
  };
}

sendAll = startRating(document.querySelector("form[data-save]"));
