// The other end of the browser: the program `stage`, with a server, an agency in the middle of its day and the officers' phones.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { code } from "./totp.ts";

export interface Person {
  id: string;
  login: string;
  role: string;
  /** The secret of the second step, in base 32. */
  secret: string | null;
}

export interface Stop {
  path: string;
  /** `anybody`, `signed`, a step of signing in, or a right. */
  gate: string;
  address: string | null;
  asks: string[];
}

export interface Greeting {
  address: string;
  token: string;
  zone: string;
  now: number;
  password: string;
  people: Person[];
  works: Record<string, { customer: string; site: string; detail: string }>;
  officers: Record<string, string>;
  assignments: { officer: string; work: string; assignment: string }[];
  pages: Stop[];
}

export type Command =
  | { do: "punch"; officer: string; work: string; kind: string; place: "site" | "away" | "cellar"; signal: boolean }
  | { do: "sync"; officer: string }
  | { do: "call_off"; officer: string; work: string; reason: string }
  | { do: "apply"; officer: string; work: string }
  | { do: "apply_for"; officer: string; detail: string }
  | { do: "relieve"; officer: string; comes: boolean }
  | { do: "note"; officer: string; work: string; words: string }
  | { do: "photo"; officer: string; work: string; caption: string | null }
  | { do: "enrol"; phone: string; invitation: string }
  | { do: "begin"; phone: string }
  | { do: "exchange"; phone: string }
  | { do: "now" }
  | { do: "pass"; minutes: number }
  | { do: "person"; login: string; role: string; second_step: boolean }
  | { do: "session"; login: string; step: string }
  | { do: "link"; login: string };

/** Where the server keeps what it knows. */
export type Store = "sqlite" | "postgres";

export const STORES: readonly Store[] = ["sqlite", "postgres"];

/** The one that the whole run is on, where nobody says otherwise. */
export function usualStore(): Store {
  const named = process.env["STORE"] ?? "sqlite";
  const found = STORES.find((store) => store === named);
  if (found === undefined) throw new Error("STORE must be sqlite or postgres");
  return found;
}

export class Stage {
  private constructor(
    private readonly program: ChildProcess,
    private readonly answers: AsyncIterator<string>,
    private readonly lines: Interface,
    readonly told: Greeting,
  ) {}

  /** Starts the program and waits until the agency is in the middle of its day. */
  static async set(store = usualStore()): Promise<Stage> {
    const path = process.env["STAGE"];
    if (path === undefined) throw new Error("STAGE must say where the program `stage` is: run scripts/test-browser");
    const program = spawn(path, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, STORE: store } });
    const lines = createInterface({ input: program.stdout });
    const answers = lines[Symbol.asyncIterator]();
    const first = await answers.next();
    if (first.done) throw new Error("the stage was not set");
    return new Stage(program, answers, lines, JSON.parse(first.value) as Greeting);
  }

  get address(): string {
    return this.told.address;
  }

  /** Has something done, and gives what came of it. */
  async tell<T = unknown>(command: Command): Promise<T> {
    this.program.stdin!.write(`${JSON.stringify(command)}\n`);
    const line = await this.answers.next();
    if (line.done) throw new Error("the stage has gone");
    const answer = JSON.parse(line.value) as { ok?: T; error?: string };
    if (answer.error !== undefined) throw new Error(`the stage could not ${command.do}: ${answer.error}`);
    return answer.ok as T;
  }

  /** Asks the staff API, as an integrator would. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.told.token}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  person(role: string): Person {
    const found = this.told.people.find((person) => person.role === role);
    if (found === undefined) throw new Error(`nobody is ${role}`);
    return found;
  }

  /** Somebody more, of whom no other test knows. */
  async somebody(role: string, secondStep = true): Promise<Person> {
    const login = `${role}.${Math.random().toString(36).slice(2)}@harborfalls.example`;
    return await this.tell<Person>({ do: "person", login, role, second_step: secondStep });
  }

  /** A time of day on the agency's clocks, so many days from now, as a field of a form holds it. */
  at(days: number, time: string): string {
    const day = new Date(this.told.now + days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: this.told.zone });
    return time === "" ? day : `${day}T${time}`;
  }

  /** Whose place on which detail. */
  assignment(officer: string, work: string): string {
    const found = this.told.assignments.find((it) => it.officer === officer && it.work === work);
    if (found === undefined) throw new Error(`${officer} has no place on ${work}`);
    return found.assignment;
  }

  /** What somebody's app shows now. */
  async code(secret: string): Promise<string> {
    return code(secret, await this.tell<number>({ do: "now" }));
  }

  async strike(): Promise<void> {
    this.program.stdin!.end();
    if (this.program.exitCode === null) await once(this.program, "exit");
    this.lines.close();
  }
}
