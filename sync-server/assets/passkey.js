/*! Detailbook. Apache-2.0 OR MIT. Made from sync-server/web: change it there and run scripts/web. */
"use strict";
function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}
function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
const described = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
function asked(options) {
    const { publicKey } = JSON.parse(options);
    const { challenge, user, excludeCredentials, allowCredentials } = publicKey;
    const read = { ...publicKey, challenge: bytes(challenge) };
    if (user !== undefined)
        read["user"] = { ...user, id: bytes(user.id) };
    if (excludeCredentials !== undefined)
        read["excludeCredentials"] = described(excludeCredentials);
    if (allowCredentials !== undefined)
        read["allowCredentials"] = described(allowCredentials);
    return { publicKey: read };
}
function told(credential) {
    const { response } = credential;
    const said = { clientDataJSON: text(response.clientDataJSON) };
    if (response instanceof AuthenticatorAttestationResponse) {
        said["attestationObject"] = text(response.attestationObject);
        said["transports"] = response.getTransports();
    }
    else if (response instanceof AuthenticatorAssertionResponse) {
        said["authenticatorData"] = text(response.authenticatorData);
        said["signature"] = text(response.signature);
        said["userHandle"] = response.userHandle === null ? null : text(response.userHandle);
    }
    return JSON.stringify({
        id: credential.id,
        rawId: text(credential.rawId),
        type: credential.type,
        extensions: credential.getClientExtensionResults(),
        response: said,
    });
}
function why(error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "InvalidStateError")
        return "This device has a passkey of yours for here already.";
    if (name === "NotAllowedError")
        return "Your browser gave no passkey: it was left, or took too long. Try again, or go back.";
    if (name === "SecurityError")
        return "Your browser gives passkeys for this server's own address only. Check the address of this page.";
    return "Your browser could not give a passkey. Try again, or go back.";
}
async function answer(form) {
    const says = form.querySelector("[data-passkey-said]");
    const say = (words) => {
        if (says !== null)
            says.textContent = words;
    };
    const field = form.elements.namedItem("answer");
    if (!(field instanceof HTMLInputElement))
        return;
    if (typeof PublicKeyCredential === "undefined") {
        say("This browser knows no passkeys.");
        return;
    }
    say("Your browser asks you for your passkey now.");
    try {
        const options = asked(form.dataset["options"] ?? "{}");
        const given = form.dataset["passkey"] === "make"
            ? await navigator.credentials.create(options)
            : await navigator.credentials.get(options);
        if (!(given instanceof PublicKeyCredential))
            throw new TypeError("no passkey");
        field.value = told(given);
        form.requestSubmit();
    }
    catch (error) {
        say(why(error));
    }
}
for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
        const field = form.elements.namedItem("answer");
        if (field instanceof HTMLInputElement && field.value !== "")
            return;
        event.preventDefault();
        void answer(form);
    });
    void answer(form);
}
