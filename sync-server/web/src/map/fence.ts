// A fence as a form's fields hold it: latitude, longitude and radius of a circle, or an outline as lines of "latitude, longitude",
// an empty line before each hole.

/** A place: latitude and longitude in degrees. */
export type Place = [number, number];

/** A circle or rings, the outer one first. */
export type Fence =
  | { center: Place; radius: number; rings?: undefined }
  | { center?: undefined; rings: Place[][] };

const NUMBER = /^[+-]?\d{1,3}(\.\d+)?$/;

/** A number of degrees within that many; what is none is nothing. */
export function degrees(text: string, most: number): number | undefined {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return NUMBER.test(trimmed) && Math.abs(value) <= most ? value : undefined;
}

/** The place that a line says. */
export function place(line: string): Place | undefined {
  const parts = line.split(/[,;]|\s+/).filter((part) => part !== "");
  if (parts.length !== 2) return undefined;
  const [latitude, longitude] = [degrees(parts[0] ?? "", 90), degrees(parts[1] ?? "", 180)];
  return latitude === undefined || longitude === undefined ? undefined : [latitude, longitude];
}

/** The rings of an outline; a line that says no place is left out, since the form says what is wrong with it. */
export function rings(text: string): Place[][] {
  const blocks = text.replace(/\r/g, "").split(/\n\s*\n/);
  const read = blocks.map((block) => block.split("\n").map(place).filter((found) => found !== undefined));
  return read.filter((ring) => ring.length > 0);
}

/** As many digits as say a tenth of a metre. */
export function digits(value: number): string {
  return value.toFixed(6);
}

/** The lines of an outline. */
export function lines(outline: Place[][]): string {
  const ring = (places: Place[]) => places.map(([latitude, longitude]) => `${digits(latitude)}, ${digits(longitude)}`).join("\n");
  return outline.filter((places) => places.length > 0).map(ring).join("\n\n");
}

/** What the fields say, if it is whole. An outline comes before a circle. */
export function read(latitude: string, longitude: string, radius: string, outline: string): Fence | undefined {
  const found = rings(outline);
  if (found.length > 0) return { rings: found };
  const [lat, lon] = [degrees(latitude, 90), degrees(longitude, 180)];
  const metres = Number(radius.trim());
  if (lat === undefined || lon === undefined) return undefined;
  return { center: [lat, lon], radius: radius.trim() !== "" && metres > 0 && metres <= 100_000 ? metres : 0 };
}

/** The next round length (1, 2 or 5 and zeros) that is at least so long. */
export function round(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= metres * 0.999999) ?? 10;
  return step * power;
}

/** A length in words. */
export function length(metres: number): string {
  return metres < 1_000 ? `${Math.round(metres)} m` : `${(metres / 1_000).toFixed(metres < 10_000 ? 1 : 0)} km`;
}
