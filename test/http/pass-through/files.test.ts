import type OpenAI from 'openai';
import { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWeir } from '../../support/weir.ts';
import { type Stand, startStand } from '../clients/stand.ts';
import { keyOfNewProject, openaiClient, recordOf, startUpstream } from './support.ts';

let stand: Stand;
let mine: OpenAI;
let theirs: OpenAI;

beforeAll(async () => {
  stand = await startStand();
  mine = openaiClient(stand.weir, await keyOfNewProject(stand.weir, 'mine'));
  theirs = openaiClient(stand.weir, await keyOfNewProject(stand.weir, 'theirs'));
});
afterAll(() => stand.close());

const NOT_FOUND = { status: 404, code: 'resource.not_found' };
const line = (id: string) =>
  JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] },
  });

async function upload(client: OpenAI, text: string, purpose: OpenAI.FilePurpose = 'user_data') {
  return client.files.create({ file: await toFile(Buffer.from(text), 'a.jsonl'), purpose });
}

/** What a request that must not reach a provider does; gives its error. */
async function refusedHere(run: () => Promise<unknown>): Promise<unknown> {
  const before = stand.simulator.journal.entries.length;
  const error = await run().then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(stand.simulator.journal.entries.length).toBe(before);
  return error;
}

describe('files', () => {
  it('are stored, shown, read, listed and deleted', async () => {
    const content = `line one\r\n\u0000binary ü\n`;
    const stored = await mine.files.create({ file: await toFile(Buffer.from(content), 'a.bin'), purpose: 'user_data' });
    const shown = await mine.files.retrieve(stored.id);
    const read = await mine.files.content(stored.id);
    const listed = await mine.files.list();
    expect(shown).toEqual(stored);
    expect([read.headers.get('content-type'), await read.text()]).toEqual(['application/octet-stream', content]);
    expect(listed.data.map(({ id }) => id)).toContain(stored.id);
    expect(await mine.files.delete(stored.id)).toMatchObject({ id: stored.id, deleted: true });
    await expect(mine.files.retrieve(stored.id)).rejects.toMatchObject(NOT_FOUND);
    expect((await mine.files.list()).data.map(({ id }) => id)).not.toContain(stored.id);
  });

  it('are recorded as calls that cost nothing', async () => {
    const file = await toFile(Buffer.from('x'), 'x.txt');
    const stored = await mine.files.create({ file, purpose: 'user_data' }).withResponse();
    expect(stored.response.headers.get('x-weir-provider')).toBe('openai');
    expect(stored.response.headers.has('x-weir-model')).toBe(false);
    expect(await recordOf(stand.weir, stored.request_id)).toMatchObject({
      operation: 'files',
      provider: 'openai',
      tokens_used: 0,
      cost_state: 'exact',
      cost_nano_usd: 0,
    });
  });

  it('of another project answer as if they were not there, without a call', async () => {
    const stored = await upload(mine, 'secret');
    const errors = [
      await refusedHere(() => theirs.files.retrieve(stored.id)),
      await refusedHere(async () => theirs.files.content(stored.id)),
      await refusedHere(() => theirs.files.delete(stored.id)),
      await refusedHere(() => theirs.files.retrieve('file-nobody')),
    ];
    for (const error of errors) expect(error).toMatchObject(NOT_FOUND);
    expect(new Set(errors.map((error) => (error as Error).message)).size).toBe(1);
    expect(await mine.files.retrieve(stored.id)).toMatchObject({ id: stored.id });
    expect((await theirs.files.list()).data.map(({ id }) => id)).not.toContain(stored.id);
  });

  it('are listed in pages, either way round, by purpose', async () => {
    const owner = openaiClient(stand.weir, await keyOfNewProject(stand.weir, 'pages'));
    const stored = [];
    for (const text of ['1', '2', '3', '4', '5']) stored.push((await upload(owner, text)).id);
    const vision = await upload(owner, '6', 'vision');
    const seen: string[] = [];
    for await (const file of owner.files.list({ limit: 2, order: 'asc' })) seen.push(file.id);
    expect(seen).toEqual([...stored, vision.id]);
    const page = await owner.files.list({ limit: 2, purpose: 'user_data' });
    expect(page.data.map(({ id }) => id)).toEqual([stored[4], stored[3]]);
    expect((await owner.files.list({ purpose: 'vision' })).data.map(({ id }) => id)).toEqual([vision.id]);
    await expect(owner.files.list({ after: 'file-nobody' })).rejects.toMatchObject({ status: 400, param: 'after' });
  });

  it('go to the provider that the client names, and are read there', async () => {
    const headers = { 'x-weir-provider': 'groq' };
    const file = await toFile(Buffer.from('x'), 'x.jsonl');
    const unknown = mine.files.create({ file, purpose: 'batch' }, { headers: { 'x-weir-provider': 'nobody' } });
    await expect(unknown).rejects.toMatchObject({ status: 400, param: 'x-weir-provider' });
    const refused = await refusedHere(() =>
      mine.files.create({ file, purpose: 'batch' }, { headers: { 'x-weir-provider': 'anthropic' } }),
    );
    expect(refused).toMatchObject({ status: 400 });
    await mine.files.create({ file, purpose: 'batch' }, { headers }).catch(() => undefined);
    expect(stand.lastSent().path).toBe('/openai/v1/files');
  });
});

describe('files that a request names', () => {
  const ask = (client: OpenAI, fileId: string) =>
    client.responses.create({
      model: 'gpt-4o-mini',
      input: [{ role: 'user', content: [{ type: 'input_file', file_id: fileId } as never] }],
    });
  const chat = (client: OpenAI, fileId: string) =>
    client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: fileId } }] }],
    });

  it('of the own project go with it', async () => {
    const stored = await upload(mine, 'text');
    expect((await ask(mine, stored.id)).status).toBe('completed');
    expect((await chat(mine, stored.id)).choices).toHaveLength(1);
  });

  it('of another project are not found, however they are written, without a call', async () => {
    const stored = await upload(mine, 'secret');
    expect(await refusedHere(() => ask(theirs, stored.id))).toMatchObject(NOT_FOUND);
    expect(await refusedHere(() => chat(theirs, stored.id))).toMatchObject(NOT_FOUND);
    const part = `{"type":"input_image","file\\u005fid":"${stored.id}"}`;
    const body = `{"model":"gpt-4o-mini","input":[{"role":"user","content":[${part}]}]}`;
    const before = stand.simulator.journal.entries.length;
    const hidden = await fetch(`${stand.weir.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${theirs.apiKey}`, 'content-type': 'application/json' },
      body,
    });
    expect(hidden.status).toBe(404);
    expect(stand.simulator.journal.entries.length).toBe(before);
  });

  it('hold the call to the provider they live at', async () => {
    const stored = await upload(mine, 'text');
    const elsewhere = mine.chat.completions.create({
      model: 'claude-sonnet-5',
      messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: stored.id } }] }],
    });
    await expect(elsewhere).rejects.toMatchObject({ status: 400, param: 'model' });
  });

  it('are not looked for in metadata and schemas', async () => {
    const reply = await mine.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Say "file_id".' }],
      metadata: { file_id: 'my own' },
    });
    expect(reply.choices).toHaveLength(1);
  });
});

describe('batches', () => {
  it('run where their file lives, and their results belong to the project', async () => {
    const input = await upload(mine, `${line('a')}\n${line('b')}\n`, 'batch');
    const started = await mine.batches.create({
      input_file_id: input.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    });
    let batch = await mine.batches.retrieve(started.id);
    for (let tries = 0; tries < 50 && batch.status !== 'completed'; tries++) {
      batch = await mine.batches.retrieve(started.id);
    }
    const output = await (await mine.files.content(batch.output_file_id ?? '')).text();
    expect(
      output
        .trim()
        .split('\n')
        .map((each) => JSON.parse(each).custom_id),
    ).toEqual(['a', 'b']);
    const listed = await mine.batches.list();
    expect(listed.data[0]).toMatchObject({ id: started.id, status: 'completed' });
    expect((await theirs.batches.list()).data).toEqual([]);
    expect(await refusedHere(async () => theirs.files.content(batch.output_file_id ?? ''))).toMatchObject(NOT_FOUND);
    expect(await mine.batches.cancel(started.id)).toMatchObject({ id: started.id });
  });

  it('of another project, or over files of another project, are not found, without a call', async () => {
    const input = await upload(mine, line('a'), 'batch');
    const body = { input_file_id: input.id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
    const batch = await mine.batches.create(body);
    for (const run of [
      () => theirs.batches.create(body),
      () => theirs.batches.retrieve(batch.id),
      () => theirs.batches.cancel(batch.id),
      () => theirs.batches.retrieve('batch_nobody'),
      () => mine.batches.retrieve(input.id),
      () => mine.files.retrieve(batch.id),
    ])
      expect(await refusedHere(run)).toMatchObject(NOT_FOUND);
  });

  it('are refused to keys that are limited to some models', async () => {
    const limited = openaiClient(stand.weir, await stand.weir.key({ models: ['gpt-4o-mini'] }));
    const stored = await upload(limited, line('a'), 'batch');
    const body = { input_file_id: stored.id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
    expect(await refusedHere(() => limited.batches.create(body))).toMatchObject({ status: 403 });
  });
});

it('objects survive a restart and are gone with their credential', async () => {
  const upstream = await startUpstream((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const { method } = request;
    response.end(JSON.stringify({ id: 'file-1', object: 'file', purpose: 'user_data', method }));
  });
  const first = await startWeir({ config: upstream.config });
  const form = '--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n--b--\r\n';
  const type = { 'content-type': 'multipart/form-data; boundary=b' };
  expect((await first.api('POST /files', form, type)).status).toBe(200);
  await first.stop();
  const second = await startWeir({ config: upstream.config, dataDir: first.dataDir });
  expect((await second.api('GET /openai/v1/files/file-1')).json).toMatchObject({ id: 'file-1', method: 'GET' });
  await second.stop();
  const third = await startWeir({ config: 'retry: { max_attempts: 0 }', dataDir: first.dataDir });
  expect((await third.api('GET /v1/files/file-1')).status).toBe(404);
  expect((await third.api('GET /v1/files')).json.data).toHaveLength(1);
  expect((await third.api('POST /v1/files', form, type)).json.error.code).toBe('credential.not_found');
  await third.stop();
  await upstream.close();
});
