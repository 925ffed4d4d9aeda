// What of a form an estimate is asked with.

/** Fields that stand once. */
const ONCE = ["job_type", "starts", "ends", "counts_as", "vehicles", "repeats", "every", "count", "last_day", "rule"];
/** Fields that stand once for each row or box, and the name under which all of them are asked with, a line each. */
const LINES: readonly (readonly [string, string])[] = [["day", "days"], ["place_name", "names"], ["place_rank", "ranks"]];

/** The fields as they stand in the address. */
export function query(form: { get(name: string): unknown; getAll(name: string): unknown[] }): string {
  const text = new URLSearchParams();
  for (const name of ONCE) {
    const value = form.get(name);
    if (typeof value === "string" && value !== "") text.set(name, value);
  }
  for (const [name, asked] of LINES) {
    const lines = form.getAll(name).map((value) => (typeof value === "string" ? value : ""));
    if (lines.some((line) => line !== "")) text.set(asked, lines.join("\n"));
  }
  return text.toString();
}
