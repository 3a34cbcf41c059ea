import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCREEN_PATHS } from '../../server/src/http/routes/dashboard/screen-paths.ts';
import { requires } from '../support/optional.ts';
import { VIEWS } from './support/browser.ts';
import { Stand } from './support/stand.ts';

requires('chromium')('the page of the dashboard', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.start();
  });
  afterAll(() => stand.close());

  test('comes at every address of a screen, never kept, with a policy whose nonce is new each time', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', ...SCREEN_PATHS, '/requests/req_1', '/workflows/wf_1/runs/run_1']) {
      const response = await fetch(stand.url + path);
      const page = await response.text();
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
      expect(policy).not.toContain('unsafe');
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(page).toContain(`nonce="${nonce}"`);
      expect(page).not.toContain('WEIR_NONCE');
      expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(SCREEN_PATHS.length + 3);
  });

  test('loads files that are kept for ever, compressed for those who take it', async () => {
    const page = await (await fetch(stand.url)).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? '';
    const [plain, packed] = await Promise.all(
      ['identity', 'gzip'].map((encoding) => fetch(stand.url + script, { headers: { 'accept-encoding': encoding } })),
    );
    expect(plain?.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain?.headers.get('content-encoding')).toBeNull();
    expect(packed?.headers.get('content-encoding')).toBe('gzip');
    expect(await packed?.text()).toBe(await plain?.text());
  });

  test.each([
    '/api/v1/nothing',
    '/v1/nothing',
    '/assets/nothing.js',
    '/assets/..%2findex.html',
    '/assets/.vite/manifest.json',
    '/nothing',
    '/requests.txt',
  ])('is not what %s gives', async (path) => {
    const response = await fetch(stand.url + path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/json/);
  });

  test.each(VIEWS)('asks for a key first, $scheme and $width wide', async (view) => {
    const visitor = await stand.visitor(view);
    await visitor.page.goto('/spend');
    const input = visitor.page.locator('input:visible').first();
    await input.waitFor();
    expect(await visitor.page.evaluate('document.activeElement.matches("input")')).toBe(true);
    await input.fill('weir-not-a-key-00000000000000000');
    await visitor.page.keyboard.press('Enter');
    await visitor.page.getByText(/key/i).first().waitFor();
    expect(await visitor.whatIsWrong()).toEqual([]);
    await visitor.leave();
  });
});
