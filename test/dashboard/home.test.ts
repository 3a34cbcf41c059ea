import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS } from './support/browser.ts';
import { Stand } from './support/stand.ts';

requires('chromium')('home', () => {
  describe('of a server that has had calls', () => {
    let stand: Stand;
    let key: string;
    beforeAll(async () => {
      stand = await Stand.start({ config: { cache: { exact: { enabled: true } } } });
      key = await stand.scene.weir.key({ name: 'checkout-search' });
      const headers = { authorization: `Bearer ${key}` };
      for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-5', 'openai/gpt-4o-mini']) {
        expect((await stand.scene.chat({ model, headers })).status).toBe(200);
      }
    });
    afterAll(() => stand.close());

    test.each(VIEWS)('shows the day, the river and the latest calls, $scheme and $width wide', async (view) => {
      const visitor = await stand.person({ view });
      await visitor.settle();
      const { page } = visitor;
      const report = await stand.scene.weir.api('GET /api/v1/usage/report');
      const calls = page.getByText('Calls today').locator('xpath=..');
      expect(await calls.textContent()).toContain(String(report.json.request_count));
      const river = page.getByRole('img', { name: /^Into Weir: checkout-search/ });
      expect(await river.getAttribute('aria-labelledby')).not.toBeNull();
      for (const name of ['checkout-search', 'openai', 'anthropic']) {
        expect(await river.getByText(name, { exact: true }).count()).toBe(1);
      }
      await page.getByText('Calls', { exact: true }).click();
      await page.getByRole('img', { name: /Out of it: openai 2,.*anthropic 1,/ }).waitFor();
      expect(await page.getByRole('link', { name: 'openai/gpt-4o-mini' }).count()).toBeGreaterThan(0);
      expect(await visitor.whatIsWrong()).toEqual([]);
      await visitor.leave();
    });

    test('shows a call as soon as it settles', async () => {
      const visitor = await stand.person();
      await visitor.settle();
      const first = visitor.page.locator('tbody tr a').first();
      expect(await first.textContent()).toBe('openai/gpt-4o-mini');
      await stand.scene.chat({ model: 'backup/gpt-4o', headers: { authorization: `Bearer ${key}` } });
      await visitor.page.locator('tbody tr a', { hasText: 'backup/gpt-4o' }).first().waitFor();
      await visitor.leave();
    });
  });

  describe('of a server that has had none', () => {
    test('explains itself, gives a command that works and then shows the call', async () => {
      const stand = await Stand.start();
      const visitor = await stand.person();
      const { page } = visitor;
      await page.getByText('No call has come yet').waitFor();
      await page.getByRole('button', { name: 'Make a key for it' }).click();
      await page.getByText('The key is shown only now').waitFor();
      await page.getByRole('button', { name: 'Copy curl command' }).click();
      const command = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(await runInShell(command)).toMatchObject({ object: 'chat.completion' });
      await page.getByRole('button', { name: 'Show how they flow' }).click();
      await page.getByRole('img', { name: /^Into Weir: first program/ }).waitFor();
      expect(visitor.errors).toEqual([]);
      await visitor.leave();
      await stand.close();
    });

    test('sends sample calls when asked to', async () => {
      const stand = await Stand.start();
      const visitor = await stand.person();
      await visitor.page.getByRole('button', { name: 'Send 12 calls' }).click();
      await visitor.page.getByText('12 of 12 answered.').waitFor();
      expect((await stand.scene.records()).length).toBe(12);
      await visitor.leave();
      await stand.close();
    });

    test('without a provider that is ready says how to get one', async () => {
      const stand = await Stand.start({
        config: { providers: {} },
      });
      const visitor = await stand.person();
      await visitor.page.getByText('No provider has a key yet.').waitFor();
      expect(await visitor.whatIsWrong()).toEqual([]);
      await visitor.leave();
      await stand.close();
    });
  });
});

async function runInShell(command: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(/^curl/, 'curl -s')]);
  return JSON.parse(stdout);
}
