import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openBrowser, Visitor } from '../test/dashboard/support/browser.ts';

// Pictures of the dashboard for the documentation, from the demo: node scripts/screenshots.ts [SCREEN ...]
const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs/dashboard');
const MOST_BYTES = 200_000;
const DEMO_LIMIT_MS = 240_000;

const wanted = process.argv.slice(2);
const demo = spawn(process.execPath, [join(ROOT, 'server/bin/weir.js'), 'demo'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const { url, key } = await demoIsReady();
  mkdirSync(OUT, { recursive: true });
  const browser = await openBrowser();
  const desk = await Visitor.come(browser, { url, view: { scheme: 'light', width: 1440 } });
  await desk.signIn(key);
  for (const path of await desk.screens()) await picture(desk, { path, name: nameOf(path) });
  for (const view of [{ scheme: 'dark', width: 1440 } as const, { scheme: 'light', width: 390 } as const]) {
    const visitor = await Visitor.come(browser, { url, view });
    await visitor.signIn(key);
    await picture(visitor, { path: '/', name: view.width === 390 ? 'home-phone' : 'home-dark' });
  }
  await browser.close();
} finally {
  demo.kill('SIGTERM');
  await once(demo, 'exit');
}

/** The demo's address and key, once its tour is over and its traffic flows. */
async function demoIsReady(): Promise<{ url: string; key: string }> {
  const timer = setTimeout(() => demo.kill('SIGKILL'), DEMO_LIMIT_MS);
  let [url, key] = ['', ''];
  for await (const line of createInterface(demo.stdout)) {
    url = /^Dashboard\s+(\S+)/.exec(line)?.[1] ?? url;
    key = /^Admin key\s+(\S+)/.exec(line)?.[1] ?? key;
    if (!line.startsWith('Traffic goes on')) continue;
    clearTimeout(timer);
    return { url, key };
  }
  throw new Error('the demo ended before it was ready');
}

async function picture(visitor: Visitor, of: { path: string; name: string }): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(of.name)) return;
  const file = join(OUT, `${of.name}.png`);
  await visitor.open(of.path);
  // Charts are drawn in the frame after their data came; the live connection never rests.
  await visitor.page.waitForTimeout(500);
  await visitor.screenshot(file);
  const { size } = statSync(file);
  console.log(`${of.name.padEnd(14)} ${(size / 1000).toFixed(0)} kB`);
  if (size > MOST_BYTES) throw new Error(`${file} is larger than ${MOST_BYTES} bytes`);
}

function nameOf(path: string): string {
  return path === '/' ? 'home' : path.slice(1);
}
