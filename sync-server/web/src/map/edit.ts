// Drawing a fence: the map writes into the fields of the form, and follows what is typed there.

import * as L from "leaflet";
import { type Fence, type Place, digits, lines, read } from "./fence";
import { outline } from "./show";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** A circle of this width where nobody said another. */
const USUAL_RADIUS = 150;
/** How far an arrow key moves a handle, in metres; with Shift ten times as far. */
const STEP = 1;
const DEGREE = 111_195;

/** Lets somebody draw on the map of `host`, whose data names the ids of the fields. */
export function edit(map: L.Map, host: HTMLElement, signal: AbortSignal): void {
  new Drawing(map, host).start(signal);
}

class Drawing {
  private readonly layers: L.LayerGroup;
  private readonly fields: Record<"latitude" | "longitude" | "radius" | "outline", Field | null>;
  private readonly tools = L.DomUtil.create("div", "map-tools");
  private hand: "move" | "circle" | "outline" = "move";
  private writing = false;

  constructor(private readonly map: L.Map, private readonly host: HTMLElement) {
    this.layers = L.layerGroup().addTo(map);
    const field = (name: string) => document.getElementById(host.dataset[name] ?? "") as Field | null;
    this.fields = { latitude: field("latitude"), longitude: field("longitude"), radius: field("radius"), outline: field("outline") };
  }

  start(signal: AbortSignal): void {
    for (const field of Object.values(this.fields)) {
      field?.addEventListener("input", () => this.writing || this.follow(true), { signal });
    }
    this.map.on("click", ({ latlng }) => this.take(latlng));
    this.toolbar();
    signal.addEventListener("abort", () => this.tools.remove());
    this.follow(true);
    if (!this.fence()) this.pick(this.fields.latitude ? "circle" : "outline");
  }

  /** What the fields say. */
  private fence(): Fence | undefined {
    const { latitude, longitude, radius, outline } = this.fields;
    return read(latitude?.value ?? "", longitude?.value ?? "", radius?.value ?? "", outline?.value ?? "");
  }

  private write(values: Partial<Record<keyof Drawing["fields"], string>>): void {
    this.writing = true;
    for (const [name, value] of Object.entries(values)) {
      const field = this.fields[name as keyof Drawing["fields"]];
      if (!field || field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.writing = false;
    this.follow(false);
  }

  /** Draws what the fields say. */
  private follow(fit: boolean): void {
    this.layers.clearLayers();
    const fence = this.fence();
    if (!fence) return;
    const shape = outline(fence, "map-fence plain").addTo(this.layers);
    if (fence.center) this.circleHandles(fence.center, fence.radius, shape as L.Circle);
    else this.outlineHandles(fence.rings, shape as L.Polygon);
    if (!fit) return;
    const bounds = fence.center
      ? L.latLng(fence.center).toBounds((fence.radius || USUAL_RADIUS) * 2)
      : L.latLngBounds(fence.rings.flat());
    this.map.fitBounds(bounds.pad(0.3), { maxZoom: 19, animate: false });
  }

  private circleHandles(center: Place, radius: number, shape: L.Circle): void {
    const east: Place = [center[0], center[1] + degreesEast(radius, center[0])];
    this.handle(center, "Middle of the circle", (at) => shape.setLatLng(at), (at) =>
      this.write({ latitude: digits(at[0]), longitude: digits(at[1]) }));
    if (!this.fields.radius || radius === 0) return;
    const metres = (at: Place) => Math.max(Math.round(L.latLng(center).distanceTo(at)), 1);
    this.handle(east, `Edge of the circle, ${radius} m from its middle`, (at) => shape.setRadius(metres(at)), (at) =>
      this.write({ radius: String(metres(at)) }));
  }

  private outlineHandles(rings: Place[][], shape: L.Polygon): void {
    rings.forEach((ring, which) => ring.forEach((place, at) => {
      const moved = (to: Place) => rings.map((one, r) => one.map((old, p): Place => (r === which && p === at ? to : old)));
      const name = `${which === 0 ? "Outline" : `Hole ${which}`}, point ${at + 1} of ${ring.length}`;
      this.handle(place, name, (to) => shape.setLatLngs(moved(to)), (to) => this.write({ outline: lines(moved(to)) }), () =>
        this.write({ outline: lines(rings.map((one, r) => one.filter((_, p) => r !== which || p !== at))) }));
    }));
  }

  /** A point that is dragged, or moved by the arrow keys; Delete takes it away where that makes sense. */
  private handle(at: Place, name: string, drag: (to: Place) => void, drop: (to: Place) => void, remove?: () => void): void {
    const icon = L.divIcon({ className: "map-handle", iconSize: [20, 20] });
    const says = remove ? `${name}. Arrow keys move it, Delete takes it away.` : `${name}. Arrow keys move it.`;
    const marker = L.marker(at, { icon, draggable: true, title: says, alt: says, keyboard: true, autoPanOnFocus: false });
    marker.addTo(this.layers);
    marker.on("drag", () => drag(pair(marker.getLatLng())));
    marker.on("dragend", () => drop(pair(marker.getLatLng())));
    marker.getElement()?.addEventListener("keydown", (event) => {
      const metres = STEP * (event.shiftKey ? 10 : 1);
      const by = arrow(event.key);
      if (by) drop([at[0] + (by[0] * metres) / DEGREE, at[1] + by[1] * degreesEast(metres, at[0])]);
      else if (remove && (event.key === "Delete" || event.key === "Backspace")) remove();
      else return;
      event.preventDefault();
      event.stopPropagation();
      this.refocus(name);
    });
  }

  /** The handles were drawn anew: the keyboard stays at the one it was at. */
  private refocus(name: string): void {
    const stem = name.split(",").slice(0, 1).join();
    const all = [...this.host.querySelectorAll<HTMLElement>(".map-handle")];
    const same = all.find((one) => one.title.startsWith(`${name}.`)) ?? all.find((one) => one.title.startsWith(stem));
    same?.focus({ preventScroll: true });
  }

  /** Takes a click on the ground for what the hand holds. */
  private take(at: L.LatLng): void {
    const place = pair(at.wrap());
    if (this.hand === "circle") {
      const radius = this.fields.radius?.value.trim() || String(USUAL_RADIUS);
      this.write({ latitude: digits(place[0]), longitude: digits(place[1]), radius, outline: "" });
      this.pick("move");
    } else if (this.hand === "outline" && this.fields.outline) {
      const text = this.fields.outline.value.replace(/\s+$/, "");
      const apart = this.newRing && text !== "" ? "\n\n" : text === "" ? "" : "\n";
      this.newRing = false;
      this.write({ outline: `${text}${apart}${lines([[place]])}` });
    }
  }

  private newRing = false;

  private toolbar(): void {
    this.tools.setAttribute("role", "group");
    this.tools.setAttribute("aria-label", "Drawing");
    if (this.fields.latitude) this.tool("Place a circle", () => this.pick("circle"), "circle");
    if (this.fields.outline) {
      this.tool("Draw an outline", () => this.pick("outline"), "outline");
      this.tool("Begin a hole", () => {
        this.newRing = true;
        this.pick("outline");
      });
      this.tool("Take the last point back", () => {
        const rows = (this.fields.outline?.value ?? "").trimEnd().split("\n");
        this.write({ outline: rows.slice(0, -1).join("\n").trimEnd() });
      });
    }
    this.tool("Add a point in the middle of the map", () => {
      if (this.hand === "move") this.pick(this.fields.latitude ? "circle" : "outline");
      this.take(this.map.getCenter());
    });
    this.tool("Show the whole fence", () => this.follow(true));
    this.host.before(this.tools);
  }

  private tool(text: string, run: () => void, hand?: Drawing["hand"]): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = text;
    if (hand) {
      button.dataset["hand"] = hand;
      button.setAttribute("aria-pressed", "false");
    }
    button.addEventListener("click", run);
    this.tools.append(button);
  }

  private pick(hand: Drawing["hand"]): void {
    this.hand = hand;
    this.host.classList.toggle("drawing", hand !== "move");
    for (const button of this.tools.querySelectorAll<HTMLElement>("[data-hand]")) {
      button.setAttribute("aria-pressed", String(button.dataset["hand"] === hand));
    }
  }
}

function pair(at: L.LatLng): Place {
  return [at.lat, at.lng];
}

function degreesEast(metres: number, latitude: number): number {
  return metres / (DEGREE * Math.max(Math.cos((latitude * Math.PI) / 180), 0.01));
}

/** North and east of an arrow key. */
function arrow(key: string): [number, number] | undefined {
  const ways: Record<string, [number, number]> = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  return ways[key];
}
