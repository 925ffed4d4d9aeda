// Asking for the page, once at a time.

/** Takes one turn at a time. What is asked for during a turn may have come too late for it: it is told when the turn is over. */
export class Turns {
  private taken = false;
  private missed = false;

  constructor(private readonly again: () => void) {}

  async take(work: () => Promise<void>): Promise<void> {
    if (this.taken) {
      this.missed = true;
      return;
    }
    this.taken = true;
    try {
      await work();
    } finally {
      const missed = this.missed;
      this.taken = this.missed = false;
      if (missed) this.again();
    }
  }
}
