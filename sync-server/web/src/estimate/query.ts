// What of a form the server is asked with while it is filled in.

/** The fields that are asked with. */
export interface Asks {
  /** Fields that stand once. */
  fields: string[];
  /** Fields that stand once for each row or box, each with the name under which all of them are asked with, a line each. */
  columns: [string, string][];
}

/** As a page declares it: `"starts ends"` and `"day:days start"`, the second with a name of its own in the address. */
export function asks(fields = "", columns = ""): Asks {
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  const column = (word: string): [string, string] => {
    const [name = "", asked = name] = word.split(":");
    return [name, asked];
  };
  return { fields: words(fields), columns: words(columns).map(column) };
}

/** The fields as they stand in the address: rows keep their order, and what is empty is not asked with. */
export function query(asked: Asks, form: { get(name: string): unknown; getAll(name: string): unknown[] }): string {
  const text = new URLSearchParams();
  for (const name of asked.fields) {
    const value = form.get(name);
    if (typeof value === "string" && value !== "") text.set(name, value);
  }
  for (const [name, under] of asked.columns) {
    const lines = form.getAll(name).map((value) => (typeof value === "string" ? value : ""));
    if (lines.some((line) => line !== "")) text.set(under, lines.join("\n"));
  }
  return text.toString();
}
