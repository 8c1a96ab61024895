/* Passkeys: <form data-passkey="create" or "get"> asks the browser for one when it is sent, and posts
   what it says. What the server asks for stands in #passkey-options. */

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** The server's options, with bytes where the browser wants them. */
function parse({ publicKey }) {
  const known = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
  if (publicKey.allowCredentials) options.allowCredentials = known(publicKey.allowCredentials);
  if (publicKey.excludeCredentials) options.excludeCredentials = known(publicKey.excludeCredentials);
  return options;
}

/** What the browser gave, as text. */
function write(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const said = {};
  for (const part of parts) if (response[part]) said[part] = toText(response[part]);
  if (response.getTransports) said.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.querySelector("button").disabled = false; // sent without the script it would carry no passkey
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("output");
    told.textContent = "";
    try {
      const options = JSON.parse(document.getElementById("passkey-options").textContent);
      const publicKey = parse(options.creation_options ?? options.request_options);
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = JSON.stringify(write(credential));
      form.submit();
    } catch {
      told.textContent = form.dataset.textFailed; // cancelled, or there is none here
    }
  });
}
