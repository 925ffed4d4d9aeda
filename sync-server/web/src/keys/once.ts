// A key that sends a form is taken once. The next page has forms with the same keys, and the second press of an impatient finger would send
// one of those unseen: so none is taken while the page goes away, nor in the first moment of the one that such a key led to.

/** How long after a press, and after the page it led to is shown, no key sends a form. */
export const PAUSE = 1_000;
/** How long a form that was sent may take until another page is shown. */
export const GOING = 10_000;

const MARK = "detailbook-key-sent";

/** Where it is kept that a key was pressed, for the next page. Browsers may refuse to keep anything. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Once {
  private deadUntil = 0;

  constructor(private readonly now: () => number, private readonly shelf: () => Shelf) {}

  /** The page is shown. */
  shown(): void {
    this.deadUntil = this.wasPressed() ? this.now() + PAUSE : 0;
  }

  /** May a key send a form? If so it does. */
  press(): boolean {
    if (this.now() < this.deadUntil) return false;
    this.deadUntil = this.now() + PAUSE;
    try {
      this.shelf().setItem(MARK, "1");
    } catch {
      // The next page waits anyway.
    }
    return true;
  }

  /** A form is on its way. */
  sent(): void {
    this.deadUntil = this.now() + GOING;
  }

  private wasPressed(): boolean {
    try {
      const found = this.shelf().getItem(MARK) !== null;
      this.shelf().removeItem(MARK);
      return found;
    } catch {
      return true;
    }
  }
}

/** Does pressing it send a form? */
export function sends(one: Pick<Element, "matches">): boolean {
  return one.matches("form button:not([type=button], [type=reset]), button[form]:not([type=button], [type=reset]), input[type=submit]");
}
