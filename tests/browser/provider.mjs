// An identity provider that is certified for OpenID Connect, run on this machine for a story: node provider.mjs '{"client": ...}'.
// It says where it is, by one line, and goes when its input ends. Its own pages ask for a name and believe it, whatever the password.

import { createServer } from "node:http";

const asked = JSON.parse(process.argv[2]);

// The stage has an hour of its own, and tokens are of now.
const Machine = Date;
const ahead = asked.now - Machine.now();
globalThis.Date = class extends Machine {
  constructor(...given) {
    if (given.length === 0) super(Machine.now() + ahead);
    else super(...given);
  }
  static now() {
    return Machine.now() + ahead;
  }
};

const { default: Provider } = await import("oidc-provider");

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: asked.client,
      client_secret: asked.secret,
      redirect_uris: [asked.back],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...asked.accounts[id] }) }),
  cookies: { keys: ["a key of this story's own"] },
});
const answer = provider.callback();
server.on("request", (request, response) => {
  const set = response.setHeader.bind(response);
  // The browser has the machine's hour, by which cookies of the stage's would be over.
  const lasting = (cookie) => cookie.replace(/; ?(expires|max-age)=[^;]*/gi, "");
  response.setHeader = (name, value) =>
    set(name, name.toLowerCase() === "set-cookie" ? [value].flat().map(lasting) : value);
  answer(request, response);
});
process.stdin.on("end", () => process.exit(0)).resume();
process.stdout.write(`${issuer}\n`);
