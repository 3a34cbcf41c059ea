import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { holds, type Permission, type Role } from '../../server/src/features/access/roles.ts';
import { composeWeir } from '../http/security/composed-weir.ts';
import { requires } from '../support/optional.ts';
import type { Visitor } from './support/browser.ts';
import { type PlantedPlaces, plantEverything } from './support/plant-everything.ts';
import { Stand } from './support/stand.ts';

/** Pages are drawn by a real browser, which a busy machine makes slow. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const ROLES: readonly Role[] = ['viewer', 'developer', 'admin'];

/** A place of the dashboard: what everybody sees there, and every button with what it takes. */
interface Place {
  /** An address, or the name of something that is planted. */
  readonly at: string;
  readonly shows: string | RegExp;
  readonly offers?: { readonly [Needed in Permission]?: readonly string[] };
}

const PLACES: readonly Place[] = [
  { at: '/', shows: 'Latest calls' },
  { at: '/requests', shows: 'gpt-4o-mini' },
  { at: '/reliability', shows: 'openai' },
  { at: '/spend', shows: 'Budgets' },
  {
    ...{ at: '/keys', shows: /checkout[\s\S]*user ana/ },
    offers: { view: ['Look up'], operate: ['Create a key', 'Remove', 'Set a budget'] },
  },
  {
    ...{ at: '/providers', shows: /openai\s*healthy[\s\S]*…wxyz[\s\S]*fast/ },
    offers: { view: ['About openai'], develop: ['Add a credential'], operate: ['Delete'], admin: ['Set a route'] },
  },
  {
    ...{ at: '/guardrails', shows: /pii: email[\s\S]*A model as judge/ },
    offers: {
      view: ['Check'],
      develop: ['False alarm', 'Read', 'Right'],
      operate: ['Add a guardrail', 'Save judge', 'Save modes'],
    },
  },
  {
    ...{ at: '/cache', shows: 'The store' },
    offers: { view: ['Copy a call that uses the cache'], operate: ['Empty the cache', 'Save'] },
  },
  { at: '/prompts', shows: 'letter', offers: { develop: ['New prompt'] } },
  {
    ...{ at: '/evaluations', shows: /Better[\s\S]*questions[\s\S]*Scores[\s\S]*exact/ },
    offers: { develop: ['Let a model judge the pair', 'New dataset', 'New evaluator', 'New run', 'Score'] },
  },
  { at: '/workflows', shows: 'answer-letters', offers: { develop: ['New workflow'] } },
  { at: '/inbox', shows: 'May this be sent?', offers: { operate: ['Approve', 'Reject'] } },
  { at: '/logs', shows: 'carts', offers: { develop: ['Add it'] } },
  {
    ...{ at: '/settings', shows: 'Projects' },
    offers: {
      operate: ['Compare', 'Erase', 'Open', 'a JSON or CSV file'],
      admin: ['Check the chain', 'Make it'],
    },
  },
  { at: 'a key', shows: 'Calls a minute', offers: { operate: ['Change', 'Revoke'] } },
  { at: '/keys/new', shows: 'Create a key', offers: { operate: ['Create the key'] } },
  { at: 'a call', shows: 'gpt-4o-mini' },
  {
    ...{ at: 'a prompt', shows: /production[\s\S]*an operator/ },
    offers: {
      view: ['Copy version 1', 'History of production', 'History of staging', 'Render'],
      develop: [
        ...['New version', 'Run', 'Set a label'],
        ...['Move staging', 'Roll back production', 'Roll back staging', 'Take away staging'],
      ],
      operate: ['Archive', 'Move production', 'Rules of production', 'Rules of staging', 'Take away production'],
    },
  },
  { at: 'a dataset', shows: 'questions', offers: { develop: ['Next version', 'Remove question-00'] } },
  { at: 'an evaluation run', shows: 'completed', offers: { develop: ['0', '0.25', '0.5', '0.75', '1', 'More'] } },
  {
    ...{ at: 'a workflow', shows: 'check' },
    offers: { view: ['Fit View', 'Zoom In', 'Zoom Out'], develop: ['Delete the workflow', 'Edit', 'Run it'] },
  },
  { at: '/workflows/new', shows: 'New workflow', offers: { develop: ['Check', 'Store it'] } },
  {
    ...{ at: 'a run', shows: 'check' },
    offers: { view: ['Fit View', 'Zoom In', 'Zoom Out', 'check'], develop: ['Cancel the run'] },
  },
  {
    ...{ at: 'a service', shows: 'rules' },
    offers: { develop: ['Make a policy'], operate: ['Dry run', 'Keep everything for an hour', 'Roll back'] },
  },
];

requires('chromium')('a person', () => {
  let stand: Stand;
  let planted: PlantedPlaces;
  /** Everything that changes something, with what it takes. */
  let actions: readonly { readonly request: string; readonly permission: Permission }[];
  beforeAll(async () => {
    const weir = await composeWeir();
    actions = weir.app.routes
      .filter(({ method, path }) => method !== 'GET' && method !== 'HEAD' && path.startsWith('/api/'))
      .map(({ method, path, permission }) => ({ request: `${method} ${path.replaceAll(/:\w+/g, 'x')}`, permission }));
    await weir.close();
    stand = await Stand.start();
    planted = await plantEverything(stand);
  });
  afterAll(() => stand.close());

  const come = async (role: Role) => stand.person({ key: await stand.scene.weir.key({ name: `of a ${role}`, role }) });

  test.each(ROLES)(
    'with the role %s sees every screen, without a refusal, and is offered what it may do',
    async (role) => {
      const person = await come(role);
      const screens = await person.screens();
      expect(screens.filter((screen) => !PLACES.some(({ at }) => at === screen))).toEqual([]);
      const refused = refusalsOf(person);
      for (const { at, shows, offers = {} } of PLACES) {
        await person.open(planted[at] ?? at);
        await expect.poll(() => person.page.locator('main').textContent(), { message: at }).toMatch(shows);
        const allowed = Object.entries(offers).filter(([needed]) => holds(role, needed as Permission));
        const offered = allowed.flatMap(([, names]) => names).toSorted();
        await expect.poll(() => buttonsOf(person), { message: at }).toEqual(offered);
        expect([at, await person.page.getByRole('alert').allTextContents()]).toEqual([at, []]);
      }
      expect(refused).toEqual([]);
      expect(person.errors).toEqual([]);
      await person.leave();
    },
  );

  test.each(['viewer', 'developer'] as const)(
    'with the role %s is refused by the server what is not offered',
    async (role) => {
      const person = await come(role);
      const denied = actions.filter(({ permission }) => !holds(role, permission)).map(({ request }) => request);
      expect(denied.length).toBeGreaterThan(10);
      const answers = await person.page.evaluate<Record<string, string>>(sendAll(denied));
      expect(answers).toEqual(
        Object.fromEntries(denied.map((request) => [request, expect.stringMatching(`403 .*role "${role}" may not`)])),
      );
      await person.leave();
    },
  );
});

/** What the server refuses a page while it is shown; that the text of a call is not kept is told on the page. */
function refusalsOf(person: Visitor): string[] {
  const refused: string[] = [];
  person.page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !pathname.endsWith('/content')) refused.push(`${response.status()} ${pathname}`);
  });
  return refused;
}

/** Names of the buttons of a screen, each once; of a list's many alike its first. */
async function buttonsOf(person: Visitor): Promise<string[]> {
  const names = await person.page.evaluate<string[]>(
    `[...document.querySelectorAll('main button:not([aria-hidden=true] *, [aria-hidden=true], [tabindex="-1"])')]
      .map((button) => button.getAttribute('aria-label') ?? button.textContent)`,
  );
  const isLater = (name: string) => /^About (?!openai)/.test(name) || /^Remove question-(?!00)/.test(name);
  return [...new Set(names)].filter((name) => !isLater(name)).toSorted();
}

/** A script that sends requests as the page would, and gives status and message of each. */
function sendAll(requests: readonly string[]): string {
  return `(async () => {
    const { csrf_token } = await (await fetch('/api/v1/session')).json();
    const headers = { 'x-weir-csrf': csrf_token, 'content-type': 'application/json' };
    const answers = {};
    for (const request of ${JSON.stringify(requests)}) {
      const [method, path] = request.split(' ');
      const reply = await fetch(path, { method, headers, body: '{}' });
      answers[request] = reply.status + ' ' + JSON.parse(await reply.text()).error.message;
    }
    return answers;
  })()`;
}
