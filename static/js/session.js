/* Tells two minutes before a person is signed out, and asks whether they are still here. Loaded by
   plf.js when that is near, not with the page. Nothing here keeps a session alive by itself. */

const WARNING = 120; // seconds before the end
const notice = document.getElementById("session-notice");
const text = notice.querySelector("p");
const stay = notice.querySelector("button[value=stay]");
const again = notice.querySelector("a");
const closing = notice.querySelector("button[value=close]");
let timer;

const later = (seconds, act) => {
  clearTimeout(timer);
  timer = setTimeout(act, 1000 * Math.max(seconds, 1));
};

/** How long is left, as the server says: another tab, or an answer saved, may have given more. */
async function hear(method = "GET") {
  const headers = { Accept: "application/json" };
  const token = document.getElementsByName("csrfmiddlewaretoken")[0];
  if (method === "POST") headers["X-CSRFToken"] = token?.value ?? "";
  const { became, said } = await ask(notice.dataset.ask, { method, headers });
  if (became === "signed-out" || became === "forbidden") return { left: 0 };
  if (became !== "saved") throw new Error(became);
  // Signed in again in another tab. Where that is somebody else, what stands here is not theirs.
  if (notice.dataset.store === `plf:${said.person}:`) takeToken(said.token);
  return said;
}

function show(words, { isGone = false, canStay = true }) {
  text.textContent = words;
  stay.hidden = isGone || !canStay;
  again.hidden = !isGone;
  closing.hidden = canStay && !isGone;
  notice.open = true; // without taking the focus from what is being written
}

function follow({ left, can_renew: canStay }) {
  if (left > WARNING + 1) {
    notice.open = false;
    later(left - WARNING, look);
  } else if (left > 0) {
    show(canStay ? notice.dataset.textSoon : notice.dataset.textLast, { canStay });
    later(left + 1, look);
  } else {
    show(notice.dataset.textGone, { isGone: true });
  }
}

/** Without the network nobody knows: ask again. */
const look = () => hear().then(follow).catch(() => later(15, look));

stay.addEventListener("click", () => hear("POST").then(follow).catch(look));
closing.addEventListener("click", () => {
  notice.open = false;
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") look(); // a machine that slept has missed its timers
});
look();
