/* Goals of a draft are moved by buttons or by dragging, and added without a reload; leaving the page
   with something unsaved is asked about. Without this script one writes numbers in "order", and saves to get another empty line. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-contents]");
  if (!page) return;
  const total = page.querySelector("[name=goals-TOTAL_FORMS]");
  const form = page.closest("form");
  let dragged = null;
  let unsaved = Boolean(form.querySelector(".errorlist")); // refused: what was typed stands here alone

  const lists = () => [...page.querySelectorAll("[data-goals]")];
  const field = (goal, name) => goal.querySelector(`[name$="-${name}"]`);
  const isBlank = (goal) => !field(goal, "id").value && !field(goal, "text").value.trim();

  /* Each goal's place and pillar follow from where it stands. */
  function number() {
    for (const list of lists()) {
      const pillar = list.closest("[data-pillar]").dataset.pillar;
      [...list.children].forEach((goal, place) => {
        field(goal, "position").value = place;
        field(goal, "pillar").value = pillar;
      });
    }
  }

  /* One blank line stays at the end of each pillar. */
  function addBlankLines() {
    for (const list of lists()) {
      if (list.lastElementChild && isBlank(list.lastElementChild)) continue;
      const blank = (list.lastElementChild || page.querySelector(".goal-new")).cloneNode(true);
      const index = total.value;
      total.value = Number(total.value) + 1;
      for (const element of blank.querySelectorAll("[name], [id], [for]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(name);
          if (value) element.setAttribute(name, value.replace(/goals-\d+-/, `goals-${index}-`));
        }
        if (element.type === "checkbox") element.checked = false;
        else if ("value" in element && element.tagName !== "SELECT") element.value = "";
      }
      blank.querySelectorAll(".errorlist").forEach((errors) => errors.remove());
      blank.classList.add("goal-new");
      list.append(blank);
    }
    number();
  }

  /* Up from the first place leads to the end of the pillar above, and so on. */
  function move(goal, direction) {
    const list = goal.parentElement;
    const beside = direction === "up" ? goal.previousElementSibling : goal.nextElementSibling;
    if (beside && !isBlank(beside)) {
      if (direction === "up") beside.before(goal);
      else beside.after(goal);
    } else {
      const all = lists();
      const other = all[all.indexOf(list) + (direction === "up" ? -1 : 1)];
      if (!other) return;
      if (direction === "down") other.prepend(goal);
      else if (other.lastElementChild && isBlank(other.lastElementChild)) other.lastElementChild.before(goal);
      else other.append(goal);
    }
    addBlankLines();
  }

  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    move(button.closest("[data-goal]"), button.dataset.move);
    unsaved = true;
    button.focus();
  });
  page.addEventListener("input", (event) => {
    if (event.target.name && event.target.name.endsWith("-text")) addBlankLines();
  });
  page.addEventListener("change", (event) => {
    if (!event.target.closest("[data-pillar-choice]")) return;
    const list = page.querySelector(`[data-pillar="${event.target.value}"] [data-goals]`);
    list.prepend(event.target.closest("[data-goal]"));
    addBlankLines();
  });
  page.addEventListener("dragstart", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle) return;
    dragged = handle.closest("[data-goal]");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(dragged, 10, 10);
    dragged.classList.add("dragged");
  });
  page.addEventListener("dragover", (event) => {
    const over = dragged && event.target.closest("[data-goal]");
    if (!over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2 || isBlank(over)) over.before(dragged);
    else over.after(dragged);
  });
  page.addEventListener("drop", (event) => event.preventDefault());
  page.addEventListener("dragend", () => {
    if (dragged) dragged.classList.remove("dragged");
    dragged = null;
    unsaved = true;
    addBlankLines();
  });
  form.addEventListener("input", () => { unsaved = true; });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });

  page.classList.add("with-script");
  page.querySelectorAll("[data-moves]").forEach((moves) => { moves.hidden = false; });
  number();
});
