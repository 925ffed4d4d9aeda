// What an authenticator app does: RFC 6238 with SHA-1, six digits and 30 seconds.

import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function code(secret: string, now: number): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const tag = createHmac("sha1", bytes(secret)).update(step).digest();
  const from = tag[tag.length - 1]! & 15;
  return ((tag.readUInt32BE(from) & 0x7fffffff) % 1_000_000).toString().padStart(6, "0");
}

function bytes(base32: string): Buffer {
  let bits = "";
  for (const letter of base32.replaceAll(/[\s=]/g, "")) {
    const at = LETTERS.indexOf(letter);
    if (at < 0) throw new Error(`no base 32: ${base32}`);
    bits += at.toString(2).padStart(5, "0");
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
