// What makes a map useful without a picture of the ground: north, scale, a grid of known width, and how far it is from the middle.

import * as L from "leaflet";
import { digits, length, round } from "./fence";

/** Metres of one degree along a meridian. */
const DEGREE = 111_195;
/** Pixels between two lines of the grid, at least. */
const APART = 64;
/** The most lines of one direction. */
const LINES = 80;

/** Draws it, the grid only where there is no picture. */
export function ground(map: L.Map, withGrid: boolean, middle: () => L.LatLng | undefined): void {
  L.control.scale({ position: "bottomleft" }).addTo(map);
  box(map, "topright", "map-north", "N").setAttribute("aria-label", "North is up");
  const legend = box(map, "bottomright", "map-legend", "");
  let square = "";
  const grid = L.layerGroup().addTo(map);
  const draw = () => {
    square = `Squares of ${length(lines(map, grid, middle() ?? map.getCenter()))}`;
    legend.textContent = square;
  };
  if (withGrid) {
    map.on("moveend zoomend resize", draw);
    draw();
  }
  map.on("mousemove", ({ latlng }) => {
    const from = middle();
    const far = from ? `, ${length(from.distanceTo(latlng))} from the middle` : "";
    legend.textContent = `${digits(latlng.lat)}, ${digits(latlng.lng)}${far}`;
  });
  map.on("mouseout", () => (legend.textContent = square));
}

function box(map: L.Map, position: L.ControlPosition, className: string, text: string): HTMLElement {
  const made = L.DomUtil.create("div", className);
  made.textContent = text;
  const control = new L.Control({ position });
  control.onAdd = () => made;
  control.addTo(map);
  return made;
}

/** Lines through `anchor` and at round lengths from it. Gives how far apart they are. */
function lines(map: L.Map, grid: L.LayerGroup, anchor: L.LatLng): number {
  grid.clearLayers();
  const view = map.getBounds().pad(0.1);
  const [center, size] = [map.getCenter(), map.getSize()];
  const across = center.distanceTo(map.containerPointToLatLng([size.x / 2 + 100, size.y / 2])) / 100;
  const apart = round(Math.max(across * APART, 1));
  const [down, side] = [apart / DEGREE, apart / (DEGREE * Math.max(Math.cos((anchor.lat * Math.PI) / 180), 0.01))];
  const line = (from: L.LatLngTuple, to: L.LatLngTuple) =>
    L.polyline([from, to], { className: "map-grid", interactive: false }).addTo(grid);
  for (const at of steps(anchor.lat, down, view.getSouth(), view.getNorth())) line([at, view.getWest()], [at, view.getEast()]);
  for (const at of steps(anchor.lng, side, view.getWest(), view.getEast())) line([view.getSouth(), at], [view.getNorth(), at]);
  return apart;
}

/** The steps from `anchor` between two ends; none where they were too many. */
export function steps(anchor: number, step: number, from: number, to: number): number[] {
  const first = Math.ceil((from - anchor) / step);
  const count = Math.floor((to - anchor) / step) - first + 1;
  return count > LINES ? [] : Array.from({ length: Math.max(count, 0) }, (_, at) => anchor + (first + at) * step);
}
