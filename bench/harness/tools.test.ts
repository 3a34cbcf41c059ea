import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { direct } from '../contestants/direct.ts';
import { faultOf, generateLoad } from './load.ts';
import { type Mock, startMock, streamChunks } from './mock.ts';
import { buildFolder } from './paths.ts';
import { writePayloads } from './payloads.ts';
import { probe } from './probe.ts';
import { stop } from './processes.ts';
import { buildTools } from './tools.ts';

const kinds = buildTools('native').kind === 'native' ? (['native', 'node'] as const) : (['node'] as const);

describe.each(kinds)('the %s mock and generator', (kind) => {
  let mock: Mock | undefined;

  afterEach(async () => {
    if (mock) await stop(mock.process);
    mock = undefined;
  });

  async function upstream() {
    const tools = buildTools(kind);
    mock = await startMock(tools, { gapUs: 1_000 });
    return { tools, running: await direct.start({ upstreamPort: mock.port, nodeArguments: [] }) };
  }

  it('answer the OpenAI wire, whole and streamed, with what a client expects', async () => {
    const { running } = await upstream();
    const payloads = writePayloads();
    expect((await probe(running, payloads.small)).bodyBytes).toBeGreaterThan(1_400);
    expect((await probe(running, payloads.stream)).bodyBytes).toBeGreaterThan(streamChunks * 200);
  });

  it('answer the Anthropic wire so that its own client reads text and usage', async () => {
    const { running } = await upstream();
    const client = new Anthropic({ apiKey: 'x', baseURL: `http://127.0.0.1:${running.port}`, maxRetries: 0 });
    const question = { model: 'claude', max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hello' }] };
    const whole = await client.messages.create(question);
    const streamed = await client.messages.stream(question).finalMessage();
    expect(whole.content[0]).toMatchObject({ type: 'text', text: expect.stringMatching(/^The quick/) });
    expect(streamed.content).toMatchObject([{ type: 'text', text: ' word'.repeat(streamChunks - 2) }]);
    expect(streamed.usage).toMatchObject({ input_tokens: 210, output_tokens: streamChunks - 2 });
  });

  it('count every reply whose length is not the expected one', async () => {
    const { tools, running } = await upstream();
    const load = { ...running, bodyFile: writePayloads().small, connections: 2, rate: 0, warmSeconds: 0, seconds: 0.3 };
    const { bodyBytes } = await probe(running, load.bodyFile);
    const right = await generateLoad(tools, { ...load, expectedBytes: bodyBytes });
    const wrong = await generateLoad(tools, { ...load, expectedBytes: bodyBytes - 1 });
    expect(faultOf(right)).toBeUndefined();
    expect(right.bodyBytes).toBe(bodyBytes);
    expect(wrong.wrongLength).toBeGreaterThan(0);
    expect(faultOf(wrong)).toContain('another length');
  });

  it('hold a fixed rate and read the CPU clock of the watched process', async () => {
    const { tools, running } = await upstream();
    const bodyFile = join(buildFolder('payloads'), 'tiny.json');
    writeFileSync(bodyFile, '{"messages":[]}');
    const pids = mock ? [mock.process.pid] : [];
    const load = { ...running, pids, bodyFile, connections: 4, rate: 100, warmSeconds: 0, seconds: 1 };
    const report = await generateLoad(tools, load);
    expect(report.requests).toBeGreaterThan(60);
    expect(report.requests).toBeLessThanOrEqual(101);
    expect(report.peakRssKb).toBeGreaterThan(500);
    expect(report.cpuUs).toBeLessThan(100_000);
  });
});
