/* A search among people (select2, Django's own) tells a screen reader what is chosen, but not what for:
   here it gets the name of its field. */
"use strict";

function nameSearches() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling.querySelector("[role=combobox]");
    if (box.id) continue; // named already
    const name = select.ariaLabel ?? select.labels[0].textContent.trim();
    const chosen = box.querySelector(".select2-selection__rendered");
    for (const wrong of ["role", "aria-readonly"]) chosen.removeAttribute(wrong); // nobody writes in it
    box.id = `${select.id}-search`;
    box.ariaLabel = name;
    box.setAttribute("aria-labelledby", `${box.id} ${chosen.id}`);
    django.jQuery(select).on("select2:open", () => {
      document.querySelector(".select2-search__field").ariaLabel = name;
    });
  }
}

// After Django's own, which makes the searches at the same moments.
document.addEventListener("DOMContentLoaded", () => django.jQuery(() => setTimeout(nameSearches)));
document.addEventListener("formset:added", () => setTimeout(nameSearches));
