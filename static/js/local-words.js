/* A forum's own words: how much room is left in each field. Without it the page says the most. */

const form = document.getElementById("local-words");

function showRoom(field) {
  const used = [...field.value.trim()].length;
  const { room, textRoom } = form.dataset;
  const text = textRoom.replace("{used}", used).replace("{room}", room);
  document.getElementById(`${field.id}-room`).textContent = text;
}

for (const field of form?.querySelectorAll("textarea") ?? []) {
  field.addEventListener("input", () => showRoom(field));
  showRoom(field);
}
