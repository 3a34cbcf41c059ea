import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { INCIDENTS, type Incident } from '../test/dashboard/incidents/incidents.ts';
import { openBrowser, type View, Visitor } from '../test/dashboard/support/browser.ts';
import { Stand } from '../test/dashboard/support/stand.ts';

// Pictures of the dashboard for the documentation: node scripts/screenshots.ts [NAME ...]
// Screens come from the demo, by their address (home, requests, ...); incidents by their cause (provider_down, ...).
const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs/dashboard');
const MOST_BYTES = 200_000;
const DEMO_LIMIT_MS = 240_000;
const DESK: View = { scheme: 'light', width: 1440 };
/** Screens with another look than the desk's by day. */
const OTHER_VIEWS: Readonly<Record<string, View>> = {
  'home-dark': { scheme: 'dark', width: 1440 },
  'home-phone': { scheme: 'light', width: 390 },
};

const wanted = process.argv.slice(2);
const incidents = INCIDENTS.filter(({ cause }) => isWanted(cause));
if (wanted.length === 0 || wanted.length > incidents.length) await pictureDemo();
for (const incident of incidents) await pictureIncident(incident);

async function pictureDemo(): Promise<void> {
  const program = join(ROOT, 'server/bin/weir.js');
  const demo = spawn(process.execPath, [program, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const { url, key } = await demoIsReady(demo);
    const browser = await openBrowser();
    const desk = await signedIn(browser, { url, key, view: DESK });
    for (const path of await desk.screens()) await picture(desk, { path, name: path === '/' ? 'home' : path.slice(1) });
    for (const [name, view] of Object.entries(OTHER_VIEWS)) {
      if (isWanted(name)) await picture(await signedIn(browser, { url, key, view }), { path: '/', name });
    }
    await browser.close();
  } finally {
    demo.kill('SIGTERM');
    await once(demo, 'exit');
  }
}

async function pictureIncident({ cause, config, before, plant }: Incident): Promise<void> {
  const stand = await Stand.start(config === undefined ? {} : { config });
  try {
    await before(stand.scene);
    await plant(stand.scene);
    const person = await stand.person({ view: DESK });
    await person.page.locator(`[role=status][data-cause=${cause}]`).waitFor();
    await picture(person, { path: '/', name: cause, file: join('incidents', cause) });
  } finally {
    await stand.close();
  }
}

/** The demo's address and key, once its tour is over and its traffic flows. */
async function demoIsReady(demo: ReturnType<typeof spawn>): Promise<{ url: string; key: string }> {
  const timer = setTimeout(() => demo.kill('SIGKILL'), DEMO_LIMIT_MS);
  let [url, key] = ['', ''];
  for await (const line of createInterface(demo.stdout as NodeJS.ReadableStream)) {
    url = /^Dashboard\s+(\S+)/.exec(line)?.[1] ?? url;
    key = /^Admin key\s+(\S+)/.exec(line)?.[1] ?? key;
    if (!line.startsWith('Traffic goes on')) continue;
    clearTimeout(timer);
    return { url, key };
  }
  throw new Error('the demo ended before it was ready');
}

async function signedIn(browser: Browser, of: { url: string; key: string; view: View }): Promise<Visitor> {
  const visitor = await Visitor.come(browser, of);
  await visitor.signIn(of.key);
  return visitor;
}

async function picture(visitor: Visitor, of: { path: string; name: string; file?: string }): Promise<void> {
  if (!isWanted(of.name)) return;
  const file = join(OUT, `${of.file ?? of.name}.png`);
  mkdirSync(dirname(file), { recursive: true });
  await visitor.open(of.path);
  // Charts are drawn in the frame after their data came; the live connection never rests.
  await visitor.page.waitForTimeout(500);
  await visitor.screenshot(file);
  const { size } = statSync(file);
  console.log(`${of.name.padEnd(26)} ${(size / 1000).toFixed(0)} kB`);
  if (size > MOST_BYTES) throw new Error(`${file} is larger than ${MOST_BYTES} bytes`);
}

function isWanted(name: string): boolean {
  return wanted.length === 0 || wanted.includes(name);
}
