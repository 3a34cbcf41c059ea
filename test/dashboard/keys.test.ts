import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS, type Visitor } from './support/browser.ts';
import { Stand } from './support/stand.ts';

/** Pages are drawn by a real browser, which a busy machine makes slow. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

requires('chromium')('keys and limits', () => {
  let stand: Stand;
  let checkout: { id: string; key: string };
  beforeAll(async () => {
    stand = await Stand.start();
    const { api } = stand.scene.weir;
    const body = { name: 'checkout', limits: { requests_per_minute: 3 }, budget: { usd: 20, period: 'day' } };
    checkout = (await api('POST /api/v1/keys', body)).json;
    const old = (await api('POST /api/v1/keys', { name: 'old-batch' })).json;
    await api(`DELETE /api/v1/keys/${old.id}`);
    await api('PUT /api/v1/budgets', { scope: 'user', id: 'ana', usd: 0.000000001, period: 'month' });
    for (let call = 0; call < 4; call++) await chatAs(checkout.key);
    await chatAs(stand.scene.weir.adminKey, { 'x-user-id': 'ana' });
  });
  afterAll(() => stand.close());

  const chatAs = (key: string, headers: Record<string, string> = {}) =>
    stand.scene.chat({ model: 'openai/gpt-4o-mini', headers: { authorization: `Bearer ${key}`, ...headers } });
  const text = (visitor: Visitor, name: string) =>
    visitor.page.getByRole('region', { name, exact: true }).first().textContent();

  test.each(VIEWS)('show who may call and how far that is used, $scheme and $width wide', async (view) => {
    const person = await stand.person({ view });
    await person.open('/keys');
    const main = person.page.locator('main');
    await main.getByRole('link', { name: 'checkout' }).waitFor();
    expect(await text(person, 'Keys')).toMatch(/checkout[\s\S]*works[\s\S]*old-batch[\s\S]*revoked/);
    await expect.poll(() => text(person, 'Budgets')).toMatch(/user ana[\s\S]*of \$/);
    expect(await person.whatIsWrong()).toEqual([]);
    await person.open(`/keys/${checkout.id}`);
    await expect.poll(() => text(person, 'Limits now')).toMatch(/Calls a minute[\s\S]*3 of 3/);
    expect(await person.whatIsWrong()).toEqual([]);
    await person.leave();
  });

  test('are made by keyboard, shown once, with a curl that works as it was copied', async () => {
    const person = await stand.person();
    const { page } = person;
    await person.open('/keys');
    await person.tabTo('Create a key');
    await page.keyboard.press('Enter');
    await page.getByLabel('Name').waitFor();
    await page.keyboard.type('newcomer');
    await person.tabTo('Calls a minute');
    await page.keyboard.type('1');
    await person.tabTo('US dollars');
    await page.keyboard.type('5');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'newcomer is made' }).waitFor();
    await person.tabTo('Copy curl');
    await page.keyboard.press('Enter');
    const curl = await page.evaluate<string>('navigator.clipboard.readText()');
    const [, key = ''] = /Bearer (weir_\w+)/.exec(curl) ?? [];
    expect(curl).toContain(`curl ${stand.url}/v1/chat/completions`);
    const [, model = ''] = /"model":"([^"]+)"/.exec(curl) ?? [];
    const reply = await stand.scene.chat({ model, headers: { authorization: `Bearer ${key}` } });
    expect([reply.status, (await chatAs(key)).status]).toEqual([200, 429]);
    await person.open('/keys');
    await page.getByRole('link', { name: 'newcomer' }).waitFor();
    expect(await page.content()).not.toContain(key);
    expect(person.errors).toEqual([]);
    await person.leave();
  });

  test('are refused at once when they are revoked; a tier that there is not is told', async () => {
    const person = await stand.person();
    const { page } = person;
    await person.open(`/keys/${checkout.id}`);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect((await chatAs(checkout.key)).status).toBe(401);

    await person.open('/keys?user=ben');
    await page.getByLabel('Tier').fill('none-such');
    await page.getByRole('button', { name: 'Set them' }).click();
    expect(await page.locator('form').getByRole('alert').textContent()).toContain('there is no tier "none-such"');
    expect(person.errors).toEqual([]);
    await person.leave();
  });
});
