import { createRequire } from 'node:module';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';
import { startRun, storeWorkflow } from '../../support/workflow-weir.ts';
import { set } from '../workflows/stage.ts';

const EVERYTHING = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const WAIT = { timeout: 30_000 };
const ANSWER = { data: { name: 'Ada', check: true } };

/** A Weir whose workflow asks a person through the protocol's own test server; the run that waits for the answer. */
async function waiting(effect: 'idempotent' | 'once') {
  const everything = { command: process.execPath, args: [EVERYTHING], elicitation: true, timeout_ms: 120_000 };
  const scene = await Scene.start({
    config: { mcp: { servers: { everything } }, server: { drain_timeout_ms: 500 } },
  });
  onTestFinished(() => scene.close());
  const ask = {
    ...{ name: 'ask', type: 'tool', effect },
    config: { server: 'everything', tool: 'trigger-elicitation-request', params: {} },
  };
  const { id } = await storeWorkflow(scene.weir, { name: 'asking', steps: [set('before', 1), ask, set('after', 2)] });
  const run = await startRun(scene.weir, id);
  const items = async (query: string) =>
    (await scene.weir.api(`GET /api/v1/inbox?execution_id=${run}&${query}`)).json.data as {
      id: string;
      kind: string;
    }[];
  const asked = async (kind: string) => {
    await expect.poll(async () => (await items(`kind=${kind}`)).length, WAIT).toBe(1);
    return (await items(`kind=${kind}`))[0]?.id ?? '';
  };
  const approve = async (item: string, body: object) => {
    const { status, text } = await scene.weir.api(`POST /api/v1/inbox/${item}/approve`, body);
    if (status !== 200) throw new Error(text);
  };
  const done = async () => {
    const read = async () => (await scene.weir.api(`GET /api/executions/${run}`)).json;
    await expect.poll(async () => (await read()).status, WAIT).toBe('completed');
    return read();
  };
  return { scene, items, asked, approve, done };
}

describe('a question of a tool server to a person', () => {
  for (const [how, end] of [
    ['is killed', (scene: Scene) => scene.weir.kill9()],
    ['is stopped', (scene: Scene) => scene.weir.stop()],
  ] as const) {
    test(`stands when Weir ${how}; its answer after the restart ends the step`, async () => {
      const { scene, items, asked, approve, done } = await waiting('idempotent');
      const item = await asked('elicitation');
      await end(scene);
      await scene.restart();
      expect(await asked('elicitation')).toBe(item);
      await approve(item, ANSWER);
      const run = await done();
      expect(JSON.stringify(run.steps[1].output)).toContain('Ada');
      expect(await items('status=all&kind=elicitation')).toHaveLength(1);
    }, 90_000);
  }

  test('of a tool that must happen once is not asked by a second call unless a person says that the first did not happen', async () => {
    const { scene, items, asked, approve, done } = await waiting('once');
    const item = await asked('elicitation');
    await scene.weir.kill9();
    await scene.restart();
    const attention = await asked('needs_attention');
    await approve(item, ANSWER);
    await approve(attention, { data: { outcome: 'not_happened' } });
    const run = await done();
    expect(JSON.stringify(run.steps[1].output)).toContain('Ada');
    expect(await items('status=all&kind=elicitation')).toHaveLength(1);
  }, 90_000);
});
