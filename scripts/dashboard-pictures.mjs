/**
 * The picture and the animation of the dashboard in the README, of a real run: node scripts/dashboard-pictures.mjs RUN
 * The animation takes ten seconds: the run's course, its votes from the first step to the last, one group, the probe's matrix, the collapse.
 * Needs a built dist and a Chromium (CHROME_PATH, or `chromium` where the system keeps it).
 */
import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import gifenc from "gifenc";
import { chromium } from "playwright-core";
import { routes } from "../dist/apps/dashboard/api/index.js";
import { BUILT, serveDashboard } from "../dist/apps/dashboard/serve.js";
import { findChromium } from "../dist/apps/report/chromium.js";

const { GIFEncoder, quantize, applyPalette } = gifenc;
const SIZE = { width: 1080, height: 760 };
/** The last colour of the palette is that of pixels that stay. */
const COLOURS = 255;

const folder = resolve(process.argv[2] ?? "runs/srt");
const id = basename(folder);
const server = await serveDashboard({
  folder,
  host: "127.0.0.1",
  port: 0,
  allowHosts: [],
  token: null,
  readOnly: true,
  version: "",
  ...BUILT,
});
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: "light", reducedMotion: "reduce" });
  page.setDefaultTimeout(180_000);
  const show = async (query, selector, at = 0) => {
    await page.goto(`${server.url}/?${new URLSearchParams({ run: id, ...query })}`);
    await page.waitForSelector(selector);
    await page.waitForFunction(() => document.querySelector(".loading") === null);
    await page.evaluate(`scrollTo(0, ${at})`);
    // Charts are drawn once they are in sight.
    await page.waitForTimeout(500);
  };
  await show({}, ".panel canvas");
  await page.screenshot({ path: "docs/images/dashboard.png", clip: { x: 0, y: 0, ...SIZE } });
  writeFileSync("docs/images/dashboard.gif", await animation(page, show));
} finally {
  await browser.close();
  await server.close();
}

async function animation(page, show) {
  const overview = await (await fetch(`${server.url}${routes.run(id)}`)).json();
  const [[first, last]] = overview.kept.rollouts.ranges;
  /** So many steps from the first to the last, evenly spaced. */
  const along = (count) =>
    Array.from({ length: count }, (_, i) => Math.round(first + ((last - first) * i) / (count - 1)));
  const frames = [];
  const frame = async (milliseconds) => frames.push({ pixels: await pixelsOf(page), milliseconds });
  for (const step of along(6)) {
    await show({ step }, ".panel canvas");
    await frame(step === last ? 700 : 300);
  }
  for (const step of along(8)) {
    await show({ view: "votes", step }, ".group-row", 300);
    await frame(step === last ? 900 : 300);
  }
  await show({ view: "votes", step: last, group: 0 }, ".sample");
  await frame(1600);
  await show({ view: "matrix" }, "svg.matrix");
  await frame(1400);
  await show({ view: "collapse" }, ".river svg");
  await frame(1800);
  return encoded(frames);
}

/** Red, green, blue and alpha of what the page shows, row by row. Decoded by the browser, which is there. */
async function pixelsOf(page) {
  const png = (await page.screenshot()).toString("base64");
  const helper = await browser.newPage();
  const text = await helper.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
    let binary = "";
    for (let i = 0; i < pixels.length; i += 0x8000)
      binary += String.fromCharCode(...pixels.subarray(i, i + 0x8000));
    return btoa(binary);
  }, png);
  await helper.close();
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** One palette for all, so that no colour flickers; of later frames only what changed. */
function encoded(frames) {
  const every = 7;
  const sampled = new Uint8Array(frames.length * Math.ceil(frames[0].pixels.length / 4 / every) * 4);
  let at = 0;
  for (const { pixels } of frames)
    for (let i = 0; i < pixels.length; i += 4 * every, at += 4) sampled.set(pixels.subarray(i, i + 4), at);
  const palette = quantize(sampled, COLOURS);
  while (palette.length <= COLOURS) palette.push([0, 0, 0]);
  const gif = GIFEncoder();
  let before = null;
  for (const { pixels, milliseconds } of frames) {
    const index = applyPalette(pixels, palette.slice(0, COLOURS));
    const shown = before === null ? index : index.map((own, i) => (own === before[i] ? COLOURS : own));
    gif.writeFrame(shown, SIZE.width, SIZE.height, {
      ...(before === null ? { palette } : {}),
      delay: milliseconds,
      transparent: before !== null,
      transparentIndex: COLOURS,
      dispose: 1,
    });
    before = index;
  }
  gif.finish();
  return gif.bytes();
}
