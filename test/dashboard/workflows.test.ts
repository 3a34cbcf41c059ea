import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { requires } from '../support/optional.ts';
import { VIEWS, type Visitor } from './support/browser.ts';
import { Stand } from './support/stand.ts';

const DOCUMENT = {
  name: 'answer-letters',
  description: 'Drafts, asks, sends.',
  steps: [
    {
      ...{ name: 'draft', type: 'sampling' },
      config: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: '{{input.letter}}' }], maxTokens: 40 },
    },
    {
      ...{ name: 'check', type: 'approval' },
      config: {
        message: 'May this be sent?',
        data: { answer: '{{steps.draft.output.content}}' },
        form: { type: 'object', properties: { answer: { type: 'string', title: 'Answer' } }, required: ['answer'] },
      },
    },
    { name: 'sent', type: 'set', config: { values: { text: '{{steps.check.output.data.answer}}' } } },
  ],
};
const FAILING = { name: 'breaks', steps: [{ name: 'stop-here', type: 'fail', config: { message: 'no stock left' } }] };

/** Pages are drawn by a real browser, which a busy machine makes slow. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

requires('chromium')('workflows and what they ask', () => {
  let stand: Stand;
  let id: string;
  let run: string;
  beforeAll(async () => {
    stand = await Stand.start();
    id = (await stand.scene.weir.api('POST /api/workflows', DOCUMENT)).json.id;
    run = (await start({ letter: 'Where is my parcel?' })).id;
    await stand.scene.weir.api('POST /api/workflows', FAILING);
    await stand.scene.weir.api('POST /api/workflows/breaks/execute?wait=20', {});
  });
  afterAll(() => stand.close());

  const start = async (input: object) =>
    (await stand.scene.weir.api(`POST /api/workflows/${id}/execute?wait=20`, { input })).json;
  const sees = (visitor: Visitor, text: string | RegExp) =>
    expect.poll(() => visitor.page.locator('main').textContent(), { timeout: 10_000 }).toMatch(text);

  test.each(VIEWS)('are a graph, runs and costs, $scheme and $width wide', async (view) => {
    const person = await stand.person({ view });
    await person.open('/workflows');
    await sees(person, /answer-letters[\s\S]*waits · \$0\.0/);
    await sees(person, /breaks[\s\S]*failed/);
    expect(await person.whatIsWrong()).toEqual([]);
    await person.open(`/workflows/${id}/runs/${run}`);
    await person.page.getByRole('group', { name: 'check, approval, waiting' }).waitFor();
    await sees(person, /draft[\s\S]*completed[\s\S]*gpt-4o-mini[\s\S]*\$0\.0/);
    expect(await person.whatIsWrong()).toEqual([]);
    await person.open(`/inbox?run=${run}`);
    await sees(person, /May this be sent\?/);
    expect(await person.whatIsWrong()).toEqual([]);
    await person.leave();
  });

  test('are written, checked, run with an input, and followed live until a person said yes by keyboard', async () => {
    const person = await stand.person();
    const { page } = person;
    await person.open('/workflows/new');
    await page.getByRole('textbox', { name: 'Document, in JSON or YAML' }).waitFor();
    await person.tabTo('Check');
    await page.keyboard.press('Enter');
    await sees(person, /A run costs at most \$/);
    await page.getByRole('textbox', { name: 'Document, in JSON or YAML' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(
      'name: from-yaml\nsteps:\n  - name: ask\n    type: approval\n    config:\n      message: Shall it go on with {{input.what}}?\n  - name: end\n    type: set\n    config:\n      values: { done: true }\n',
    );
    await person.tabTo('Store it');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'from-yaml' }).waitFor();
    await page.getByRole('button', { name: 'Run it' }).press('Enter');
    await page.getByRole('textbox', { name: 'Input, in JSON' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{"what": "the harvest"}');
    await person.tabTo('Start');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Run of from-yaml' }).waitFor();
    await page.getByRole('group', { name: 'ask, approval, waiting' }).waitFor();
    const address = page.url();
    const decider = await stand.person();
    await decider.open(`/inbox?run=${address.split('/').at(-1)}`);
    await sees(decider, /Shall it go on with the harvest\?/);
    await decider.page.keyboard.press('y');
    await page.getByRole('group', { name: 'end, set, completed' }).waitFor();
    await sees(person, /"done": true/);
    await page.getByRole('slider', { name: 'Time in the run' }).press('Home');
    await page.getByRole('group', { name: 'end, set, not begun' }).waitFor();
    expect([...person.errors, ...decider.errors]).toEqual([]);
    await person.leave();
    await decider.leave();
  });

  test('let an answer be changed before it is approved', async () => {
    const { id: waiting } = await start({ letter: 'Can I have a refund?' });
    const person = await stand.person();
    await person.open(`/inbox?run=${waiting}`);
    await person.page.getByLabel('Answer').fill('Yes, within two weeks.');
    await person.page.getByRole('button', { name: 'Approve' }).click();
    await sees(person, 'Nothing waits for a person');
    await expect
      .poll(async () => (await stand.scene.weir.api(`GET /api/executions/${waiting}`)).json.output)
      .toEqual({ text: 'Yes, within two weeks.' });
    expect(person.errors).toEqual([]);
    await person.leave();
  });

  test('let a person raise the budget of a run above from the sub-run that it stopped', async () => {
    const ask = (name: string) => ({
      ...{ name, type: 'sampling' },
      config: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: name }], maxTokens: 40 },
    });
    await stand.scene.weir.api('POST /api/workflows', { name: 'a-letter', steps: [ask('draft'), ask('polish')] });
    const { json: outer } = await stand.scene.weir.api('POST /api/workflows', {
      ...{ name: 'all-letters', budget: { calls: 1, onExceed: 'pause' } },
      steps: [{ name: 'one', type: 'workflow', config: { workflow: 'a-letter', input: {} } }],
    });
    const { json: begun } = await stand.scene.weir.api(`POST /api/workflows/${outer.id}/execute`, {});
    const items = async () => (await stand.scene.weir.api('GET /api/v1/inbox?kind=budget&status=open')).json.data;
    await expect.poll(async () => (await items()).length, { timeout: 20_000 }).toBe(1);
    const person = await stand.person();
    await person.open(`/inbox/${(await items())[0].id}`);
    await sees(person, /The budget of the run of "all-letters" above is used up at step "polish"\./);
    expect(await person.whatIsWrong()).toEqual([]);
    await person.page.getByLabel('calls').fill('3');
    await person.page.getByRole('button', { name: 'Give more' }).click();
    await expect
      .poll(async () => (await stand.scene.weir.api(`GET /api/executions/${begun.execution_id}`)).json.status, {
        timeout: 20_000,
      })
      .toBe('completed');
    expect(await items()).toEqual([]);
    await person.leave();
  });

  test('that failed are forked, and fail again where nothing was changed', async () => {
    const failed = (await stand.scene.weir.api('GET /api/workflows/breaks/executions')).json.data[0];
    const person = await stand.person();
    const { page } = person;
    await person.open(`/workflows/breaks/runs/${failed.id}`);
    await sees(person, 'no stock left');
    await page.getByRole('button', { name: 'Fork' }).click();
    await page.getByRole('button', { name: 'Start the fork' }).click();
    await expect.poll(() => page.url()).not.toContain(failed.id);
    await sees(person, 'no stock left');
    expect(person.errors).toEqual([]);
    await person.leave();
  });
});
