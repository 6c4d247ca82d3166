// SPDX-License-Identifier: EUPL-1.2
// Passkeys: shows the forms that need them, and carries what the device says to the server.
// The device gives a secret with its answer (extension prf); the server opens what can be read with it.
"use strict";

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (mark) => mark.charCodeAt(0));
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const secretOf = (credential) => credential.getClientExtensionResults().prf?.results?.first;

const make = async (options) => {
  const prf = { eval: { first: bytes(options.prf) } };
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
      extensions: { prf },
    },
  });
  let secret = secretOf(credential);
  if (!secret && credential.getClientExtensionResults().prf?.enabled) {
    // Some devices give the secret only when the passkey is used: nobody checks this answer, it only opens.
    const used = await navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rpId: options.rp.id,
        userVerification: "required",
        allowCredentials: [{ type: "public-key", id: credential.rawId }],
        extensions: { prf },
      },
    });
    secret = secretOf(used);
  }
  const { response } = credential;
  return { credential, secret, response: { attestationObject: text(response.attestationObject) } };
};

const use = async (options) => {
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(options.challenge),
      rpId: options.rpId,
      userVerification: options.userVerification,
      extensions: { prf: { eval: { first: bytes(options.prf) } } },
    },
  });
  const { response } = credential;
  return {
    credential,
    secret: secretOf(credential),
    response: {
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
};

const send = async (address, form) => {
  const answer = await fetch(address, {
    method: "POST",
    body: new URLSearchParams(form),
    headers: { Accept: "application/json" },
  });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.title), { told: `${said.title}. ${said.hint}` });
  return said;
};

const run = async (form) => {
  const options = await send(form.dataset.begin, new FormData(form));
  const made = await (form.dataset.passkey === "create" ? make(options) : use(options));
  const { credential } = made;
  const answer = new FormData(form);
  answer.delete("pin");
  answer.set("challenge", options.challenge);
  answer.set("secret", made.secret ? text(made.secret) : "");
  answer.set(
    "credential",
    JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response: { ...made.response, clientDataJSON: text(credential.response.clientDataJSON) },
    }),
  );
  const done = await send(form.action, answer);
  window.location.assign(done.next);
};

if (window.isSecureContext && window.PublicKeyCredential) {
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const told = form.querySelector(".passkey-told");
      told.hidden = true;
      try {
        await run(form);
      } catch (error) {
        told.textContent = error.told || form.dataset.failed;
        told.hidden = false;
      }
    });
  });
}
