// Bundles the console's scripts into `sync-server/assets`, or into the folder that is named. What is written there is committed, so that
// building the server needs no Node.
import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = process.argv[2] ?? here("../assets");

/** Leaflet's sheet names pictures for buttons and markers that are not used here; the console's sheets load nothing. */
const withoutPictures = {
  name: "without-pictures",
  setup(bundler) {
    bundler.onLoad({ filter: /leaflet\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      return { contents: text.replace(/[^;{}]*url\([^)]*\)[^;}]*;?/g, ""), loader: "css" };
    });
  },
};

const own = "/*! Detailbook. Apache-2.0 OR MIT. Made from sync-server/web: change it there and run scripts/web. */";
const leaflet = `/*! Contains Leaflet 1.9.4:\n${(await readFile(here("node_modules/leaflet/LICENSE"), "utf8")).trim()}\n*/`;
const common = {
  bundle: true, minify: true, charset: "utf8", format: "iife", target: ["es2022", "chrome109", "firefox115", "safari16"],
  legalComments: "none", logLevel: "warning", outdir: out, tsconfig: here("tsconfig.json"),
};
const map = `${own}\n${leaflet}`;
const pieces = ["live", "keys", "estimate", "passkey"].map((name) => here(`src/${name}.ts`));
await build({ ...common, entryPoints: pieces, banner: { js: own } });
await build({ ...common, entryPoints: [here("src/map.ts")], banner: { js: map } });
await build({ ...common, entryPoints: [here("src/map.css")], banner: { css: map }, plugins: [withoutPictures] });
