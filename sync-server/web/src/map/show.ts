// What stands on a map: fences, fixes with the circle of their accuracy, places.

import * as L from "leaflet";
import type { Fence } from "./fence";

/** What a page hands over. Places are `[latitude, longitude]` in degrees, lengths metres. */
export interface Shapes {
  fences?: { fence: Fence; says?: string; mark?: string; href?: string }[];
  fixes?: { at: L.LatLngTuple; accuracy?: number; says: string; mark?: string }[];
  markers?: { at: L.LatLngTuple; says: string; mark?: string; href?: string }[];
}

/** Words on the map are text, never markup. */
function words(text: string, href?: string): HTMLElement {
  const made = document.createElement(href ? "a" : "span");
  made.textContent = text;
  if (href && made instanceof HTMLAnchorElement) made.href = href;
  return made;
}

/** A class of the sheet; nothing that is not one of its marks. */
function marked(kind: string, mark: string | undefined): string {
  return `${kind} ${["good", "warn", "bad", "quiet"].includes(mark ?? "") ? mark : "plain"}`;
}

/** The shape of a fence. */
export function outline(fence: Fence, className: string): L.Path {
  if (fence.center) return L.circle(fence.center, { radius: fence.radius, className });
  return L.polygon(fence.rings as L.LatLngTuple[][], { className });
}

/** Puts everything on the map and says what it covers. */
export function show(map: L.Map, shapes: Shapes): L.LatLngBounds {
  const bounds = L.latLngBounds([]);
  for (const { fence, says, mark, href } of shapes.fences ?? []) {
    const shape = outline(fence, marked("map-fence", mark)).addTo(map);
    if (says) shape.bindPopup(words(says, href));
    if (fence.center) bounds.extend(L.latLng(fence.center).toBounds(fence.radius * 2));
    else bounds.extend(L.latLngBounds(fence.rings[0] ?? []));
  }
  for (const { at, accuracy, says, mark } of shapes.fixes ?? []) {
    if (accuracy) {
      L.circle(at, { radius: accuracy, className: marked("map-accuracy", mark), interactive: false }).addTo(map);
      bounds.extend(L.latLng(at).toBounds(accuracy * 2));
    }
    pin(map, at, "map-fix", says, mark);
    bounds.extend(at);
  }
  for (const { at, says, mark, href } of shapes.markers ?? []) {
    pin(map, at, "map-place", says, mark, href);
    bounds.extend(at);
  }
  return bounds;
}

/** A point that the keyboard reaches, with its words. */
function pin(map: L.Map, at: L.LatLngTuple, kind: string, says: string, mark?: string, href?: string): void {
  const icon = L.divIcon({ className: marked(kind, mark), iconSize: [18, 18] });
  L.marker(at, { icon, title: says, alt: says, keyboard: true }).bindPopup(words(says, href)).addTo(map);
}
