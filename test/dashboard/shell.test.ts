import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCREEN_PATHS } from '../../server/src/http/routes/dashboard/screen-paths.ts';
import { requires } from '../support/optional.ts';
import { VIEWS, type Visitor } from './support/browser.ts';
import { Stand } from './support/stand.ts';

const SCREENS = ['/', ...SCREEN_PATHS];

requires('chromium')('the dashboard', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.start();
  });
  afterAll(() => stand.close());

  test('says what is wrong with a key, then lets the right one in, and keeps it nowhere', async () => {
    const visitor = await stand.visitor();
    const { page } = visitor;
    await page.goto('/');
    const input = page.locator('input:visible').first();
    await input.fill('weir_not-a-key');
    await page.keyboard.press('Enter');
    await page.getByText(/key/i, { exact: false }).nth(1).waitFor();
    expect(await page.locator('nav').count()).toBe(0);

    await input.fill(stand.scene.weir.adminKey);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').waitFor();
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie')).toBe('{}');
    await page.reload();
    await page.getByRole('navigation').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('input[type=password]').waitFor();
    await page.reload();
    await page.locator('input[type=password]').waitFor();
    expect(visitor.errors).toEqual([]);
    await visitor.leave();
  });

  test('has one link per screen, each a real address that a reload and the way back keep', async () => {
    const visitor = await stand.person();
    const { page } = visitor;
    const links = await visitor.screens();
    expect(links.toSorted()).toEqual(SCREENS.toSorted());
    expect(links[0]).toBe('/');
    for (const href of links) {
      await page.locator(`nav a[href="${href}"]`).click();
      await visitor.settle();
      expect([href, new URL(page.url()).pathname]).toEqual([href, href]);
      expect([href, await page.locator('nav a[aria-current=page]').getAttribute('href')]).toEqual([href, href]);
      expect([href, await page.title()]).toEqual([href, expect.stringMatching(/^.+ · Weir$/)]);
      const reply = await fetch(stand.url + href);
      expect([href, reply.status, reply.headers.get('content-type')]).toEqual([href, 200, 'text/html; charset=utf-8']);
    }
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe(links.at(-2) ?? '/');
    expect(visitor.errors).toEqual([]);
    await visitor.leave();
  });

  test('goes by keyboard alone', async () => {
    const visitor = await stand.person();
    const { page } = visitor;
    await visitor.settle();
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await visitor.leave();
  });

  test('takes the colours one chooses and keeps them', async () => {
    const visitor = await stand.person({ view: { scheme: 'light', width: 1440 } });
    const { page } = visitor;
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
    expect(await scheme()).toBe('light');
    await page.getByLabel('Colours').selectOption('dark');
    expect(await scheme()).toBe('dark');
    await page.reload();
    await page.getByRole('navigation').waitFor();
    expect(await scheme()).toBe('dark');
    await visitor.leave();
  });

  test('hides its navigation behind a button on a phone', async () => {
    const visitor = await stand.person({ view: { scheme: 'light', width: 390 } });
    const { page } = visitor;
    expect(await page.locator('nav a').first().isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.locator('nav a').first().waitFor({ state: 'visible' });
    expect(await visitor.overflow()).toBe(0);
    await page.locator('nav a').first().click();
    await page.locator('nav a').first().waitFor({ state: 'hidden' });
    await visitor.leave();
  });

  test('says so where there is no page', async () => {
    const visitor = await stand.person();
    await visitor.page.evaluate(`history.pushState(null, '', '/nowhere'); dispatchEvent(new Event('popstate'))`);
    await visitor.page.getByText('There is no page /nowhere').waitFor();
    await visitor.leave();
  });

  test('has findings where something serious is wrong', async () => {
    const visitor = await stand.person();
    await visitor.settle();
    expect(await visitor.seriousFindings()).toEqual([]);
    await visitor.page.evaluate(MISTAKES);
    expect((await visitor.seriousFindings()).map((finding) => finding.split(':')[0])).toEqual([
      'aria-required-attr',
      'button-name',
      'color-contrast',
      'image-alt',
    ]);
    await visitor.leave();
  });

  describe.each(VIEWS)('with no data at all, $scheme and $width wide', (view) => {
    let visitor: Visitor;
    beforeAll(async () => {
      visitor = await stand.person({ view });
    });
    afterAll(() => visitor.leave());

    test.each(SCREENS)('stands %s', async (path) => {
      await visitor.go(path);
      expect(await visitor.seriousFindings()).toEqual([]);
      expect(await visitor.overflow()).toBe(0);
      expect(visitor.errors.splice(0)).toEqual([]);
      expect((await visitor.page.locator('main').textContent())?.length).toBeGreaterThan(40);
    });
  });
});

/** Put into the page: a button without a name, text that is hardly there, a picture without words, half a slider. */
const MISTAKES = `(() => {
  const put = (name, changes) => Object.assign(document.querySelector('main').appendChild(document.createElement(name)), changes);
  put('button');
  put('p', { textContent: 'Hardly there' }).style.cssText = 'color: #ccc; background: #ddd';
  put('img', { src: '/favicon.svg' });
  put('div', { role: 'slider', ariaLabel: 'Half' });
})()`;
