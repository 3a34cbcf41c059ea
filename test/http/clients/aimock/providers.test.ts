import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requirement } from '../../../support/requirement.ts';
import { type MockStand, startMockStand } from './mock-stand.ts';
import { MOCKED_PROVIDERS } from './providers.ts';
import { allCells, CLIENT_WIRES, nameOf, type Result, renderTable } from './providers-table.ts';
import { runCell } from './run-cell.ts';

let stand: MockStand;
const results: Result[] = [];

beforeAll(async () => {
  stand = await startMockStand();
  for (const cell of allCells()) results.push({ cell, verdict: await runCell(stand, cell) });
}, 120_000);
afterAll(() => stand.close());

describe.each(CLIENT_WIRES)('a client of the %s wire, before a mock that nobody here wrote', (wire) => {
  it.each(MOCKED_PROVIDERS.map(({ title }) => title))('has every conversation with %s that it can have', (title) => {
    const of = results.filter(({ cell }) => cell.wire === wire && cell.provider.title === title);
    const failed = of.flatMap(({ cell, verdict }) =>
      verdict.state === 'failed' ? [`${nameOf(cell)}: ${verdict.why}`] : [],
    );
    expect(failed).toEqual([]);
    expect(of.filter(({ verdict }) => verdict.state === 'passed').length).toBeGreaterThan(20);
  });
});

describe(requirement('E12b'), () => {
  it('streams tool calls of every provider to a client of every wire', () => {
    const streamed = results.filter(({ cell }) => cell.stream && cell.conversation.features.includes('tools'));
    expect(streamed.filter(({ verdict }) => verdict.state === 'failed')).toEqual([]);
    const passed = streamed.filter(({ verdict }) => verdict.state === 'passed');
    expect(new Set(passed.map(({ cell }) => cell.provider.title)).size).toBe(MOCKED_PROVIDERS.length);
  });
});

describe('embeddings from the same mock', () => {
  it.each([
    ['openai', 'openai/text-embedding-3-small'],
    ['azure-openai', 'azure-openai/text-embedding-3-small'],
    ['mistral', 'mistral/mistral-embed'],
    ['cohere', 'cohere/embed-v4.0'],
    ['ollama', 'ollama/nomic-embed-text'],
    ['an OpenAI-compatible server', 'local/llama'],
  ])('come back from %s', async (_provider, model) => {
    const reply = await stand.weir.api('POST /v1/embeddings', { model, input: ['a weir', 'a river'] });
    expect(reply.json).toMatchObject({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -0.25, 1] },
        { object: 'embedding', index: 1, embedding: [0.5, -0.25, 1] },
      ],
    });
  });
});

describe('the table', () => {
  it('shows a row for every provider and says why a field is not applicable', () => {
    const table = renderTable(results);
    for (const { title } of MOCKED_PROVIDERS) expect(table).toMatch(new RegExp(`^${title} .*\\d+/\\d+`, 'm'));
    expect(table).toContain('not applicable: "a refusal": the mock has no refusal');
  });
});
