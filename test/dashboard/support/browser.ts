import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findProgram } from '../../support/find-program.ts';

/** How a page is looked at. */
export interface View {
  readonly scheme: 'light' | 'dark';
  /** Pixels: a desk and a phone. */
  readonly width: 1440 | 390;
}

export const VIEWS: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  ([1440, 390] as const).map((width) => ({ scheme, width })),
);

/** One for a suite: starting takes longer than most tests. Suites run inside `requires('chromium')`. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findProgram('chromium') ?? 'chromium', args: ['--no-sandbox'] });
}

/** A person at a browser: a page of their own, and everything that went wrong on it. */
export class Visitor {
  readonly page: Page;
  /** Errors in the console, exceptions and refusals of the page's policy. */
  readonly errors: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('console', (message) => {
      // A 401 on the way in and refusals that a test wants are told by the page; Chromium repeats them here.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  static async come(browser: Browser, to: { readonly url: string; readonly view?: View }): Promise<Visitor> {
    const { scheme, width } = to.view ?? { scheme: 'light', width: 1440 };
    const context = await browser.newContext({
      baseURL: to.url,
      colorScheme: scheme,
      viewport: { width, height: 900 },
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(20_000);
    return new Visitor(context, await context.newPage());
  }

  /** Comes home with a session; the sign-in page, which takes as long again, has tests of its own. */
  async signIn(key: string): Promise<void> {
    const reply = await this.#context.request.post('/api/v1/session', { data: { key } });
    if (!reply.ok()) throw new Error(`no session: ${reply.status()} ${(await reply.text()).slice(0, 300)}`);
    await this.page.goto('/');
    await this.page.locator('nav').first().waitFor({ state: 'attached' });
  }

  /** Loads the page of a screen and waits until what it reads is there. */
  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.settle();
  }

  /** As `open` from within the dashboard, whose page stays: a fraction of the time. */
  async go(path: string): Promise<void> {
    await this.page.evaluate(`history.pushState(null, '', '${path}'); dispatchEvent(new Event('popstate'))`);
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.page.locator('main h1').first().waitFor();
    await this.page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
  }

  /** The addresses in the navigation. */
  screens(): Promise<string[]> {
    return this.page.evaluate<string[]>(
      `[...document.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))`,
    );
  }

  /** Everything that is wrong with the page as it stands, in words: findings of axe, what is too wide, errors since it came. */
  async whatIsWrong(): Promise<string[]> {
    const overflow = await this.overflow();
    return [
      ...(await this.seriousFindings()),
      ...(overflow === 0 ? [] : [`the page is ${overflow} pixels wider than the window`]),
      ...(await this.page.evaluate<string[]>(CUT_OFF)).map((buttons) => `a cell of a table cuts off ${buttons}`),
      ...this.errors,
    ];
  }

  /** Findings of axe that are serious or critical, each with where it is. */
  async seriousFindings(): Promise<string[]> {
    if (!(await this.page.evaluate<boolean>(`'axe' in globalThis`))) await this.page.evaluate(axe.source);
    return this.page.evaluate<string[]>(SERIOUS_FINDINGS);
  }

  /** Pixels by which the page is wider than the window. */
  async overflow(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  }

  /** Tabs until the element with this accessible name has the focus; throws after `most` steps. */
  async tabTo(name: string | RegExp, most = 80): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < most; step++) {
      await this.page.keyboard.press('Tab');
      const focused = await this.page.evaluate<string>(NAME_OF_FOCUSED);
      if (typeof name === 'string' ? focused === name : name.test(focused)) return;
      passed.push(focused);
    }
    throw new Error(`Tab never came to ${name}; it passed ${passed.join(' · ')}`);
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}

/** The cells whose buttons do not fit in, each by what it says. */
const CUT_OFF = `[...document.querySelectorAll('td:has(button)')]
  .filter((cell) => cell.scrollWidth > cell.clientWidth)
  .map((cell) => cell.innerText)`;

const NAME_OF_FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return '';
  const label = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
  return (label ?? '').replace(/\\s+/g, ' ').trim();
})()`;

/** In the page itself, with nothing but what is found: axe's own way through a second page takes three times as long. */
const SERIOUS_FINDINGS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')),
)`;
