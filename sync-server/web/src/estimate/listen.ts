// When the server is asked what a form comes to, and which of its answers is shown.

/** How long somebody is left to type before it is asked. */
export const PAUSE = 400;

/** What is done around it. */
export interface Around {
  /** What the form says now. */
  now(): string;
  later(work: () => void, pause: number): number;
  never(timer: number): void;
  /** Asks; `null` where the server does not answer that. */
  ask(text: string): Promise<string | null>;
  show(text: string): void;
}

/** Gives what is to be called whenever something was typed. */
export function listen(around: Around): () => void {
  let timer: number | undefined;
  let asked = "";
  let latest = 0;
  const ask = async (): Promise<void> => {
    const text = around.now();
    if (text === asked) return;
    asked = text;
    const number = ++latest;
    try {
      const answer = await around.ask(text);
      // What was typed since then is asked for by itself; what is refused leaves what stands there.
      if (answer !== null && number === latest) around.show(answer);
    } catch {
      // Not reached: the button still does it, and says what is wrong.
      if (number === latest) asked = "";
    }
  };
  return () => {
    if (timer !== undefined) around.never(timer);
    timer = around.later(() => void ask(), PAUSE);
  };
}
