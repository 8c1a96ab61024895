/* Ease on a forum's result: the member's own copy laid beside it, reasons that unfold when they are
   asked for, arrow keys in the big view, and a button that prints.
   The copy is read here and nowhere else: nothing is sent, nothing is stored. */
(() => {
  "use strict";
  const MARK = /^PLF-1 (\{.*\})\s*$/m;
  const TOO_LARGE = 500000;

  function ownCopy(box) {
    const input = box.querySelector("input");
    const remove = box.querySelector("[data-remove]");
    const said = box.querySelector("[role=status]");
    box.hidden = false;

    function clear() {
      document.querySelectorAll("[data-own-mark]").forEach((mark) => mark.remove());
      remove.hidden = true;
      input.value = "";
    }

    function say(text, wrong) {
      said.textContent = text;
      box.classList.toggle("is-wrong", Boolean(wrong));
    }

    function read(text) {
      const found = MARK.exec(text);
      if (!found) return "wrong";
      let copy;
      try { copy = JSON.parse(found[1]); } catch { return "wrong"; }
      if (!copy || typeof copy.choices !== "object" || !copy.choices) return "wrong";
      if (String(copy.round) !== box.dataset.round || String(copy.forum) !== box.dataset.forum) return "other";
      return draw(copy.choices) ? "" : "empty";
    }

    function draw(choices) {
      let drawn = 0;
      document.querySelectorAll("[data-goal]").forEach((row) => {
        const choice = Object.hasOwn(choices, row.dataset.goal) ? String(choices[row.dataset.goal]) : "";
        const label = /^([1-7]|na)$/.test(choice) ? box.getAttribute(`data-level-${choice}`) : null;
        if (!label) return;
        words(row, label);
        dot(row, choice);
        drawn += 1;
      });
      return drawn;
    }

    function words(row, label) {
      const line = document.createElement("p");
      line.className = "own-words";
      line.dataset.ownMark = "";
      line.textContent = `${box.dataset.own} ${label}`;
      row.querySelector(".goal-row-bars").append(line);
    }

    /* Only where the forum is one bar: among groups it would say which one is yours. */
    function dot(row, choice) {
      const bars = row.querySelectorAll(":scope > .goal-row-bars > .goal-bar .goal-bar-all");
      const part = bars.length === 1 && bars[0].querySelector(`[data-level="${choice}"] rect`);
      if (!part) return;
      const middle = parseFloat(part.getAttribute("x")) + parseFloat(part.getAttribute("width")) / 2;
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      mark.setAttribute("class", "own-dot");
      mark.setAttribute("cx", `${middle}%`);
      mark.setAttribute("cy", "32");
      mark.setAttribute("r", "5.5");
      mark.dataset.ownMark = "";
      bars[0].append(mark);
    }

    input.addEventListener("change", () => {
      const file = input.files[0];
      if (!file) return;
      const reader = new FileReader();
      reader.addEventListener("load", () => {
        clear();
        const wrong = file.size > TOO_LARGE ? "wrong" : read(String(reader.result));
        say(box.dataset[wrong || "loaded"], wrong);
        remove.hidden = Boolean(wrong);
      });
      reader.addEventListener("error", () => { clear(); say(box.dataset.wrong, true); });
      reader.readAsText(file);
    });
    remove.addEventListener("click", () => { clear(); say(box.dataset.removed); input.focus(); });
    /* The browser may keep the page for its Back button: not with somebody's answers on it. */
    window.addEventListener("pagehide", () => { clear(); say(""); });
  }

  function bigView(screens) {
    const all = [...screens.children];
    const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " "];
    const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];

    function current() {
      const middle = window.innerHeight / 2;
      const place = all.findIndex((screen) => screen.getBoundingClientRect().bottom > middle);
      return place < 0 ? all.length - 1 : place;
    }

    /* What of this screen lies beyond the edge, on the way that is asked for. */
    function hidden(step) {
      const edge = all[current()].getBoundingClientRect();
      return step > 0 ? edge.bottom - window.innerHeight : -edge.top;
    }

    function move(step) {
      if (hidden(step) > 1) window.scrollBy(0, step * Math.min(hidden(step), window.innerHeight * 0.8));
      else go(current() + step);
    }

    function go(place) {
      const screen = all[Math.min(Math.max(place, 0), all.length - 1)];
      history.replaceState(null, "", `#${screen.id}`);
      screen.scrollIntoView();
      screen.focus({ preventScroll: true });
    }

    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target.closest("summary, a, button") && event.key === " ") return;
      const step = FORWARD.includes(event.key) ? 1 : BACK.includes(event.key) ? -1 : 0;
      if (event.key === "Home") go(0);
      else if (event.key === "End") go(all.length - 1);
      else if (event.key === "Escape") screens.querySelector("[data-leave]").click();
      else if (step) move(step);
      else return;
      event.preventDefault();
    });
  }

  /* The reasons of a goal are folded: whoever asks for them by their address lands on their fold. */
  function land() {
    const fold = document.getElementById(location.hash.slice(1))?.closest("details");
    if (!fold) return;
    fold.open = true;
    fold.querySelector("summary").focus();
  }

  /* Shown only where it works; without it the browser's own menu prints. */
  function printing(button) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  document.querySelectorAll("[data-print]").forEach(printing);
  window.addEventListener("hashchange", land);
  land();
  const box = document.querySelector("[data-own-copy]");
  if (box) ownCopy(box);
  const screens = document.querySelector("[data-screens]");
  if (screens) bigView(screens);
})();
