// Asks the browser for a passkey and puts its answer into the form, which is then sent like any other:
//   <form data-passkey="make|show" data-options="{...}"> with a hidden field `answer` and an element `data-passkey-said`.

interface Described {
  id: string;
  type: "public-key";
  transports?: AuthenticatorTransport[];
}

interface Asked {
  publicKey: {
    challenge: string;
    user?: { id: string; name: string; displayName: string };
    excludeCredentials?: Described[];
    allowCredentials?: Described[];
    [further: string]: unknown;
  };
}

function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const described = (list: Described[] | undefined) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/** What the server asks, as the browser takes it: texts that stand for bytes are bytes. */
function asked(options: string): CredentialCreationOptions & CredentialRequestOptions {
  const { publicKey } = JSON.parse(options) as Asked;
  const { challenge, user, excludeCredentials, allowCredentials } = publicKey;
  const read = { ...publicKey, challenge: bytes(challenge) } as Record<string, unknown>;
  if (user !== undefined) read["user"] = { ...user, id: bytes(user.id) };
  if (excludeCredentials !== undefined) read["excludeCredentials"] = described(excludeCredentials);
  if (allowCredentials !== undefined) read["allowCredentials"] = described(allowCredentials);
  return { publicKey: read } as unknown as CredentialCreationOptions & CredentialRequestOptions;
}

/** What the browser answers, as the server reads it. */
function told(credential: PublicKeyCredential): string {
  const { response } = credential;
  const said: Record<string, unknown> = { clientDataJSON: text(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    said["attestationObject"] = text(response.attestationObject);
    said["transports"] = response.getTransports();
  } else if (response instanceof AuthenticatorAssertionResponse) {
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

/** Why there is no answer, as somebody can act on it. */
function why(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return "This device has a passkey of yours for here already.";
  if (name === "NotAllowedError") return "Your browser gave no passkey: it was left, or took too long. Try again, or go back.";
  if (name === "SecurityError") return "Your browser gives passkeys for this server's own address only. Check the address of this page.";
  return "Your browser could not give a passkey. Try again, or go back.";
}

async function answer(form: HTMLFormElement): Promise<void> {
  const says = form.querySelector<HTMLElement>("[data-passkey-said]");
  const say = (words: string) => {
    if (says !== null) says.textContent = words;
  };
  const field = form.elements.namedItem("answer");
  if (!(field instanceof HTMLInputElement)) return;
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
    if (!(given instanceof PublicKeyCredential)) throw new TypeError("no passkey");
    field.value = told(given);
    form.requestSubmit();
  } catch (error) {
    say(why(error));
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    const field = form.elements.namedItem("answer");
    if (field instanceof HTMLInputElement && field.value !== "") return;
    event.preventDefault();
    void answer(form);
  });
  void answer(form);
}
