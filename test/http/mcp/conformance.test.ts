import { expect, test } from 'vitest';
import { runConformance } from '../../../scripts/mcp-conformance/run-conformance.ts';
import { CLIENT_SCENARIOS, SERVER_SCENARIOS } from '../../../scripts/mcp-conformance/scenarios.ts';

test('every applicable scenario of the official conformance suite passes', async () => {
  const results = await runConformance();
  expect(results).toHaveLength(CLIENT_SCENARIOS.length + SERVER_SCENARIOS.length);
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
}, 180_000);
