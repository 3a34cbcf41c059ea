import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { EvaluationStand } from '../evaluations/stand.ts';

let stand: EvaluationStand;
beforeAll(async () => {
  stand = await EvaluationStand.open();
});
afterAll(() => stand.close());

const at = (name: string) => `/api/v1/prompts/${encodeURIComponent(name)}`;
const say = (content: string) => [{ role: 'user', content }];
const add = (name: string, more: object) => stand.make('POST /api/v1/prompts', { name, ...more });
const render = (name: string, body: object = {}) => stand.call(`POST ${at(name)}/render`, { body });
const text = async (name: string, body: object = {}) => (await render(name, body)).json.messages?.[0].content;
const put = (name: string, body: object, key?: string) =>
  stand.call(`PUT ${at(name)}/labels/production`, { body, ...(key === undefined ? {} : { key }) });
const history = async (name: string) => (await stand.call(`GET ${at(name)}/labels/production/history`)).json.data;

describe(requirement('D6'), () => {
  it('makes versions that never change, and renders the one that is meant', async () => {
    const first = await add('team/hello', { messages: say('Hello {{ who }}'), message: 'begin' });
    expect(first).toMatchObject({ version: 1, kind: 'chat', template: null, labels: ['latest'], message: 'begin' });
    expect(first.variables).toEqual({ type: 'object', properties: { who: {} }, required: ['who'] });
    const second = await add('team/hello', { messages: say('Hi {{ who }}'), model_config: { temperature: 0 } });
    expect(second).toMatchObject({ version: 2, model_config: { temperature: 0 } });
    expect(await text('team/hello', { variables: { who: 'Ada' } })).toBe('Hi Ada');
    expect(await text('team/hello', { version: 1, variables: { who: 'Ada' } })).toBe('Hello Ada');
    const listed = (await stand.call(`GET ${at('team/hello')}/versions`)).json.data;
    expect(listed.map((each: { version: number; hash: string }) => [each.version, each.hash])).toEqual([
      [2, second.hash],
      [1, first.hash],
    ]);
    const all = (await stand.call('GET /api/v1/prompts')).json.data;
    expect(all).toContainEqual(expect.objectContaining({ name: 'team/hello', latest: 2 }));
  });

  it('moves labels, renders by them, and uses production when nobody says which', async () => {
    for (const each of ['one', 'two', 'three']) await add('team/labels', { messages: say(each) });
    expect((await put('team/labels', { version: 2, reason: 'better' })).json).toMatchObject({
      label: 'production',
      versions: [{ version: 2, weight: 1 }],
    });
    expect(await text('team/labels')).toBe('two');
    expect(await text('team/labels', { label: 'latest' })).toBe('three');
    expect((await render('team/labels', { label: 'staging' })).status).toBe(404);
    expect((await put('team/labels', { version: 4 })).status).toBe(400);
    const latest = await stand.call(`PUT ${at('team/labels')}/labels/latest`, { body: { version: 1 } });
    expect([latest.status, latest.text]).toEqual([400, expect.stringContaining('moves by itself')]);
  });

  it('tells who moved a label and why, and goes back step by step', async () => {
    for (const each of ['1', '2', '3']) await add('team/back', { messages: say(each) });
    for (const version of [1, 2, 3]) await put('team/back', { version, reason: `to ${version}` });
    const back = (body?: object) => stand.call(`POST ${at('team/back')}/labels/production/rollback`, { body });
    expect((await back({ reason: 'worse' })).json.versions).toEqual([{ version: 2, weight: 1 }]);
    expect(await text('team/back')).toBe('2');
    expect((await back()).json.versions).toEqual([{ version: 1, weight: 1 }]);
    expect((await back()).status).toBe(409);
    expect((await back({ to: 3 })).json.versions).toEqual([{ version: 3, weight: 1 }]);
    expect((await history('team/back')).map(({ kind, reason }: Record<string, string>) => [kind, reason])).toEqual([
      ['rollback', ''],
      ['rollback', ''],
      ['rollback', 'worse'],
      ['move', 'to 3'],
      ['move', 'to 2'],
      ['move', 'to 1'],
    ]);
    const audit = (await stand.call('GET /api/v1/audit')).json.data;
    expect(audit).toContainEqual(expect.objectContaining({ action: 'prompt.label.rollback', object: 'team/back' }));
  });

  it('names the variable that is missing or wrong, and fills defaults in', async () => {
    const variables = {
      type: 'object',
      properties: { who: { type: 'string' }, mood: { type: 'string', default: 'glad' } },
      required: ['who', 'mood'],
    };
    await add('team/typed', { messages: say('{{ who }} is {{ mood }}'), variables });
    expect(await text('team/typed', { variables: { who: 'Ada' } })).toBe('Ada is glad');
    const missing = await render('team/typed');
    expect([missing.status, missing.json.error.message]).toEqual([400, expect.stringContaining('variables.who')]);
    const wrong = await render('team/typed', { variables: { who: 7 } });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('variables.who: expected string')]);
    const range = { type: 'object', properties: { n: { type: 'integer', minimum: 3 } }, required: ['n'] };
    await add('team/range', { template: '{{ n }}', variables: range });
    expect((await render('team/range', { variables: { n: 2 } })).status).toBe(400);
    expect(await text('team/range', { variables: { n: 3 } })).toBe('3');
  });

  it('includes text prompts by version or label, and follows the label', async () => {
    await add('team/style', { template: 'Be brief.' });
    await add('team/style', { template: 'Be kind.', labels: ['production'] });
    await add('team/main', {
      messages: [{ role: 'system', content: '{% include "team/style@1" %} {% include "team/style@production" %}' }],
    });
    expect(await text('team/main')).toBe('Be brief. Be kind.');
    await put('team/style', { version: 1 });
    expect(await text('team/main')).toBe('Be brief. Be brief.');
    const deep = async (content: string) =>
      (await stand.call('POST /api/v1/prompts', { body: { name: 'team/other', template: content } })).json.error
        .message;
    expect(await deep('{% include "team/style" %}')).toContain('say which version');
    expect(await deep('{% include "team/nobody@1" %}')).toContain('There is no prompt "team/nobody"');
    expect(await deep('{% include "team/main@1" %}')).toContain('no text prompt');
    await add('team/loop', { template: 'end' });
    await add('team/loop', { template: '{% include "team/loop@latest" %}', labels: [] });
    expect((await render('team/loop')).text).toContain('include each other');
  });

  it('shows what changed from one version to another', async () => {
    await add('team/diff', { messages: say('a\nb\nc {{ x }}'), model_config: { temperature: 0 } });
    await add('team/diff', { messages: say('a\nB\nc {{ y }}'), model_config: { temperature: 1, seed: 2 } });
    const diff = (await stand.call(`GET ${at('team/diff')}/diff?from=1&to=2`)).json;
    const lines = diff.messages[0].lines.map(({ op, text }: Record<string, string>) => `${op}${text}`);
    expect(lines).toEqual(['=a', '-b', '-c {{ x }}', '+B', '+c {{ y }}']);
    expect(diff.model_config).toEqual([
      { path: 'seed', before: null, after: 2 },
      { path: 'temperature', before: 0, after: 1 },
    ]);
  });
});

describe('a label', () => {
  test('splits calls by weight: everybody stays with what they got', async () => {
    for (const each of ['one', 'two']) await add('team/split', { messages: say(each) });
    const versions = [
      { version: 1, weight: 1 },
      { version: 2, weight: 3 },
    ];
    await put('team/split', { versions });
    const got = await Promise.all(Array.from({ length: 200 }, (_, at) => text('team/split', { unit: `user ${at}` })));
    expect(got.filter((each) => each === 'two').length).toBeGreaterThan(120);
    expect(got.filter((each) => each === 'one').length).toBeGreaterThan(25);
    expect(await Promise.all(got.map((_, at) => text('team/split', { unit: `user ${at}` })))).toEqual(got);
    expect((await put('team/split', { versions: [...versions, { version: 1, weight: 1 }] })).status).toBe(400);
  });

  test('that is protected moves for operators only; anybody who develops can roll it back', async () => {
    const { key } = await stand.weir.key({ role: 'developer' });
    for (const each of ['1', '2']) await add('team/guarded', { messages: say(each), labels: ['production'] });
    const rules = { body: { protected: true } };
    expect((await stand.call(`PATCH ${at('team/guarded')}/labels/production`, { ...rules, key })).status).toBe(403);
    expect((await stand.call(`PATCH ${at('team/guarded')}/labels/production`, rules)).json.protected).toBe(true);
    expect((await put('team/guarded', { version: 1 }, key)).status).toBe(403);
    const body = { name: 'team/guarded', messages: say('3'), labels: ['production'] };
    expect((await stand.call('POST /api/v1/prompts', { body, key })).status).toBe(403);
    expect((await stand.call(`GET ${at('team/guarded')}/versions`)).json.data).toHaveLength(2);
    expect((await stand.call(`POST ${at('team/guarded')}/labels/production/rollback`, { key })).status).toBe(200);
    expect(await text('team/guarded')).toBe('1');
  });

  test('with a gate stays where it is without an evaluation; an override needs a reason; a rollback does not', async () => {
    for (const each of ['1', '2', '3']) await add('team/gated', { messages: say(each) });
    await put('team/gated', { version: 1 });
    const gate = { dataset: 'cases', require: 'not_worse', margin: 0.02 };
    await stand.call(`PATCH ${at('team/gated')}/labels/production`, { body: { gate } });
    const refused = await put('team/gated', { version: 2 });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('there is no dataset')]);
    await stand.call(`DELETE ${at('team/gated')}/labels/production`);
    expect((await put('team/gated', { version: 2 })).status).toBe(409);
    const sneaky = { name: 'team/gated', messages: say('4'), labels: ['production'] };
    expect((await stand.call('POST /api/v1/prompts', { body: sneaky })).status).toBe(409);
    expect((await put('team/gated', { version: 2, override: true })).text).toContain('reason');
    const { key } = await stand.weir.key({ role: 'developer' });
    expect((await put('team/gated', { version: 2, override: true, reason: 'urgent' }, key)).status).toBe(403);
    expect((await put('team/gated', { version: 2, override: true, reason: 'urgent' })).status).toBe(200);
    expect((await history('team/gated'))[0]).toMatchObject({ kind: 'override', reason: 'urgent' });
    const audit = (await stand.call('GET /api/v1/audit')).json.data;
    expect(audit).toContainEqual(expect.objectContaining({ action: 'prompt.label.override', object: 'team/gated' }));
    const back = await stand.call(`POST ${at('team/gated')}/labels/production/rollback`, { key });
    expect([back.status, await text('team/gated')]).toEqual([200, '1']);
  });
});

describe('a prompt', () => {
  test('of another project is as if it were not there', async () => {
    await add('team/private', { messages: say('secret') });
    const project = await stand.make('POST /api/v1/projects', { name: 'others' });
    const { key } = await stand.weir.key({ role: 'developer', project_id: project.id });
    for (const path of ['', '/versions', '/labels', '/diff?from=1&to=1', '/labels/production/history']) {
      const [there, missing] = await Promise.all([
        stand.call(`GET ${at('team/private')}${path}`, { key }),
        stand.call(`GET ${at('team/nobody')}${path}`, { key }),
      ]);
      expect([there.status, there.json.error.message]).toEqual([
        404,
        missing.json.error.message.replace('nobody', 'private'),
      ]);
    }
    expect((await stand.call(`POST ${at('team/private')}/render`, { key, body: {} })).status).toBe(404);
    expect((await put('team/private', { version: 1 }, key)).status).toBe(404);
    expect((await stand.call('GET /api/v1/prompts', { key })).text).not.toContain('team/private');
    const { key: inference } = await stand.weir.key({ role: 'inference' });
    expect((await stand.call('GET /api/v1/prompts', { key: inference })).status).toBe(403);
  });

  test('that is archived cannot be used until it has another version', async () => {
    await add('team/old', { messages: say('old') });
    expect((await stand.call(`DELETE ${at('team/old')}`)).json).toEqual({ name: 'team/old', archived: true });
    expect((await render('team/old')).status).toBe(404);
    expect(await add('team/old', { messages: say('new') })).toMatchObject({ version: 2 });
    expect(await text('team/old')).toBe('new');
  });

  test.each([
    ['name', { name: '../x', messages: say('x') }],
    ['name', { name: 'a//b', messages: say('x') }],
    ['messages', { name: 'team/wrong' }],
    ['messages', { name: 'team/wrong', messages: say('x'), template: 'x' }],
    ['line 1, column 1', { name: 'team/wrong', template: '{{ x' }],
    ['variables.properties.x', { name: 'team/wrong', template: '{{ x }}', variables: { type: 'object' } }],
    ['variables', { name: 'team/wrong', template: 'x', variables: { x: 'string' } }],
    ['labels', { name: 'team/wrong', template: 'x', labels: ['Prod!'] }],
    ['latest', { name: 'team/wrong', template: 'x', labels: ['latest'] }],
    ['model_config.temperature', { name: 'team/wrong', template: 'x', model_config: { temperature: 9 } }],
  ])('is refused whole, naming %s', async (field, body) => {
    const refused = await stand.call('POST /api/v1/prompts', { body });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(field)]);
    expect((await stand.call('GET /api/v1/prompts')).text).not.toContain('team/wrong');
  });

  test('takes a version from each of many at once, and is read again only when it changed', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => add('team/busy', { template: `${n}` })));
    const versions = (await stand.call(`GET ${at('team/busy')}/versions`)).json.data;
    expect(versions.map(({ version }: { version: number }) => version)).toEqual(
      Array.from({ length: 20 }, (_, n) => 20 - n),
    );
    const read = (tag?: string) =>
      fetch(stand.weir.url + at('team/busy'), {
        headers: {
          authorization: `Bearer ${stand.weir.adminKey}`,
          ...(tag === undefined ? {} : { 'if-none-match': tag }),
        },
      });
    const first = await read();
    const tag = first.headers.get('etag') ?? '';
    expect((await read(tag)).status).toBe(304);
    await add('team/busy', { template: 'more' });
    expect((await read(tag)).status).toBe(200);
  });
});
