import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS, type Visitor } from './support/browser.ts';
import { Stand } from './support/stand.ts';

/** Pages are drawn by a real browser, which a busy machine makes slow. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const LINES = [
  ...Array.from({ length: 300 }, (_, at) => ({ body: `cart ${at} priced in ${at % 50} ms`, severity: 'DEBUG' })),
  ...Array.from({ length: 6 }, (_, at) => ({ body: `payment ${at} refused by bank`, severity: 'ERROR' })),
];

requires('chromium')('providers, logs and settings', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.start();
    const { api } = stand.scene.weir;
    await api('POST /api/v1/credentials', { provider: 'openai', secret: 'sk-planted-secret-wxyz' });
    const lines = LINES.map((line, at) => ({ ...line, time: Date.now() - at * 1000 }));
    await api('POST /api/v1/services', { name: 'checkout' });
    expect((await api('POST /api/v1/analysis/analyze', { service_name: 'checkout', lines })).status).toBe(200);
    expect((await api('POST /api/v1/pipeline/generate-policy', { service_name: 'checkout' })).status).toBe(200);
  });
  afterAll(() => stand.close());

  const sees = (visitor: Visitor, text: string | RegExp) =>
    expect.poll(() => visitor.page.locator('main').textContent(), { timeout: 10_000 }).toMatch(text);
  const PLANTED = [
    ['/providers', /openai\s*healthy[\s\S]*…wxyz[\s\S]*usable/],
    ['/logs', /checkout\s*sampled/],
    ['/logs/checkout', /Kept[\s\S]*DEBUG\s*5%[\s\S]*ERROR\s*100%[\s\S]*cart <\*> priced/],
    ['/settings', /the chain is whole[\s\S]*log_policy\.generate[\s\S]*providers\.openai\.api_key/],
  ] as const;

  test.each(VIEWS)('show what is planted, $scheme and $width wide', async (view) => {
    const person = await stand.person({ view });
    for (const [path, fact] of PLANTED) {
      await person.open(path);
      await sees(person, fact);
      expect(await person.page.content()).not.toContain('planted-secret');
      expect([path, await person.whatIsWrong()]).toEqual([path, []]);
    }
    await person.leave();
  });

  test('store a credential by keyboard, try a provider, and set a route', async () => {
    const person = await stand.person();
    const { page } = person;
    await person.open('/providers');
    await person.tabTo('Add a credential');
    await page.keyboard.press('Enter');
    await page.getByLabel(/^Secret/).focus();
    await page.keyboard.type('sk-new-secret-7788');
    await page.keyboard.press('Enter');
    await sees(person, '…7788');
    await page.getByRole('button', { name: 'About openai' }).click();
    await page.getByLabel('Model to test').selectOption('gpt-4o-mini');
    await page.getByRole('button', { name: 'Test it' }).click();
    await sees(person, /answered in/);
    await page.getByRole('button', { name: 'Set a route' }).click();
    const form = page.getByRole('form', { name: 'Route' });
    await form.getByLabel('Name').fill('fast');
    await form.getByLabel('Targets, in order').fill('openai/gpt-4o-mini');
    await page.keyboard.press('Enter');
    await form.getByRole('button', { name: 'Save the route' }).click();
    await page.getByRole('row', { name: /fast.*openai\/gpt-4o-mini/ }).waitFor();
    expect((await stand.scene.chat({ model: 'fast' })).status).toBe(200);
    await page.getByRole('row', { name: /…7788/ }).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await sees(person, 'None is stored here');
    expect(person.errors).toEqual([]);
    await person.leave();
  });

  test('find patterns in pasted lines, and try a version before it is in force', async () => {
    const person = await stand.person();
    const { page } = person;
    await person.open('/logs/checkout');
    await person.tabTo('Make a policy');
    await page.keyboard.press('Enter');
    await page
      .getByLabel('Or paste lines')
      .fill(Array.from({ length: 60 }, (_, at) => `DEBUG stock ${at} counted`).join('\n'));
    await page.getByRole('button', { name: 'Find the patterns' }).click();
    await sees(person, /366 lines, 3 patterns[\s\S]*stock <\*> counted/);
    await page.getByLabel('Storage cost a day (USD)').fill('1');
    await page.getByRole('button', { name: 'Compute the policy' }).click();
    const second = page.getByRole('row', { name: /^2 stored/ });
    await second.getByRole('button', { name: 'Dry run' }).click();
    await sees(person, /Version 2, tried[\s\S]*It keeps/);
    await page.getByRole('button', { name: 'Put version 2 in force' }).click();
    await page.getByRole('row', { name: /^2 in force/ }).waitFor();
    expect(person.errors).toEqual([]);
    await person.leave();
  });

  test('make a project by keyboard, write its policy, and find a setting', async () => {
    const person = await stand.person();
    const { page } = person;
    await person.open('/settings');
    await person.tabTo('New project');
    await page.keyboard.type('mobile-app');
    await page.keyboard.press('Enter');
    await page
      .getByRole('row', { name: /mobile-app/ })
      .getByRole('button', { name: 'Open' })
      .click();
    // Typed over text with a look of its own, which must not become an inline style: the page's policy refuses those.
    const policy = page.getByRole('textbox', { name: 'Policy, in JSON' });
    await policy.press('End');
    await page.locator('.cm-matchingBracket').first().waitFor();
    await page.evaluate(TYPE_OVER_ALL);
    await policy.press('Control+A');
    await page.keyboard.insertText('{"guardrails": {"pii": "redact"}}');
    expect(person.errors).toEqual([]);
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await sees(person, /policy\.put/);
    await page.getByLabel('Defaults as well').check();
    await page.getByLabel('Find a setting').fill('retry.max_attempts');
    await sees(person, /retry\.max_attempts\s*3\s*default/);
    expect(person.errors).toEqual([]);
    await person.leave();
  });
});

// In one turn, before the editor hears of the selection, as quick hands and tools do.
const TYPE_OVER_ALL = `(() => {
  getSelection().selectAllChildren(document.querySelector('.cm-content'));
  document.execCommand('insertText', false, '"guardrails": 1');
})()`;
