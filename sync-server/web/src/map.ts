// <detail-map data-shapes='{...}' aria-label="..."> shows fences, fixes and markers; with data-outline and the like it draws a fence into
// the fields of a form. The fields are the truth: without script they do the same work.

import * as L from "leaflet";
import { edit } from "./map/edit";
import { ground } from "./map/ground";
import { type Shapes, show } from "./map/show";

/** A view for a map on which nothing stands yet. */
const WORLD: [L.LatLngTuple, number] = [[39.5, -98.35], 4];
const CLOSEST = 19;

class DetailMap extends HTMLElement {
  private map: L.Map | undefined;
  private stop: AbortController | undefined;

  connectedCallback(): void {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.setAttribute("role", "group");
    this.stop = new AbortController();
    const map = L.map(this, {
      attributionControl: false, zoomControl: true, maxZoom: 21, zoomSnap: 0.5,
      zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
      // One finger scrolls the page past the map; two move the map.
      dragging: !L.Browser.mobile, scrollWheelZoom: false,
    });
    this.map = map;
    this.wheelOnceUsed(map);
    const tiled = this.tiles(map);
    const shapes = this.shapes();
    const editing = this.dataset["outline"] !== undefined || this.dataset["latitude"] !== undefined;
    map.setView(...WORLD);
    const bounds = show(map, shapes);
    ground(map, !tiled, () => this.middle(shapes));
    if (editing) edit(map, this, this.stop.signal);
    else if (bounds.isValid()) map.fitBounds(bounds.pad(0.2), { maxZoom: CLOSEST, animate: false });
  }

  disconnectedCallback(): void {
    this.stop?.abort();
    this.map?.remove();
    this.map = undefined;
  }

  /** The wheel scrolls the page until somebody works with the map. */
  private wheelOnceUsed(map: L.Map): void {
    map.on("click focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
  }

  /** The operator's picture of the ground, if one was set. */
  private tiles(map: L.Map): boolean {
    const { tiles, credit } = this.dataset;
    if (!tiles) return false;
    L.tileLayer(tiles, { maxZoom: 21, maxNativeZoom: CLOSEST, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    const said = L.control.attribution({ prefix: false }).addTo(map);
    said.addAttribution(whose(credit ?? ""));
    return true;
  }

  private shapes(): Shapes {
    try {
      return JSON.parse(this.dataset["shapes"] ?? "{}") as Shapes;
    } catch {
      return {};
    }
  }

  private middle(shapes: Shapes): L.LatLng | undefined {
    const fence = shapes.fences?.[0]?.fence;
    if (!fence) return undefined;
    return fence.center ? L.latLng(fence.center) : L.latLngBounds(fence.rings?.[0] ?? []).getCenter();
  }
}

/** Whose the pictures are: text, with a link where it ends in an address. */
function whose(text: string): string {
  const holder = document.createElement("span");
  const parts = /^(.*?)\s*(https:\/\/\S+)$/.exec(text);
  if (parts?.[2]) {
    const link = document.createElement("a");
    link.href = parts[2];
    link.rel = "noreferrer";
    link.textContent = parts[1] || parts[2];
    holder.append(link);
  } else {
    holder.textContent = text;
  }
  return holder.innerHTML;
}

customElements.define("detail-map", DetailMap);
