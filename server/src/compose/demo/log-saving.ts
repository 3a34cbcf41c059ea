import { setTimeout as wait } from 'node:timers/promises';
import { Sampler } from '@weir/sampler';
import { type JsonClient, jsonClient } from '../../cli/json-client.ts';
import { CommandFailure } from '../../cli/usage-error.ts';
import { asArray, asNumber, asObject, asString, type JsonObject } from '../../kernel/json.ts';
import { type DemoLine, storefrontLog } from './log-stream.ts';
import { type DemoProject, type Stage, textField } from './stage.ts';

const SERVICE = 'storefront';
/** Lines of an hour: enough for the share of what is kept to be told to a point. */
const LINES = 20_000;
const POLICY_WAIT_MS = 10_000;
const POLL_MS = 10;

/** USD a day that this log may cost; kept whole it would be three times that. */
const COST_TARGET = 0.003;

/** What sampling did with a log: what was said before, and what then happened. */
export interface LogSaving {
  /** Shares of bytes that need not be kept, 0..1: as the policy said, and of the next hour in truth. */
  readonly projected: number;
  readonly real: number;
  readonly seen: number;
  readonly kept: number;
  readonly errorsSeen: number;
  readonly errorsKept: number;
  /** What the kept lines say of how many there were. */
  readonly estimated: number;
  readonly generatedBy: string;
  readonly reasoning: string;
}

/**
 * The whole way of a log: an hour of it is analysed, a policy is made of it and becomes active, a sampler as an application uses it
 * fetches the policy and decides on the next hour.
 */
export async function saveLogs(stage: Stage, project: DemoProject): Promise<LogSaving> {
  const developer = await developerOf(stage, project);
  const endMs = Date.now();
  await developer.json('POST', '/api/v1/analysis/analyze', {
    service_name: SERVICE,
    lines: storefrontLog({ endMs, lines: LINES, from: 0 }).map(({ severity, body, time }) => ({
      severity,
      body,
      time,
    })),
  });
  const policy = asObject(
    await developer.json('POST', '/api/v1/pipeline/generate-policy', {
      service_name: SERVICE,
      llm_provider: 'rule-based',
      cost_target: COST_TARGET,
    }),
  );
  const history = asObject(await developer.json('GET', `/api/v1/policies/${SERVICE}/history`));
  const window = asObject(asObject((asArray(history?.data) ?? [])[0])?.window) ?? {};
  return {
    projected: 1 - numberOf(window, 'kept_bytes') / numberOf(window, 'bytes'),
    ...(await sampleHour(stage, project, storefrontLog({ endMs, lines: LINES, from: LINES }))),
    generatedBy: asString(policy?.generated_by) ?? '',
    reasoning: asString(policy?.reasoning) ?? '',
  };
}

async function developerOf(stage: Stage, project: DemoProject): Promise<JsonClient> {
  const wanted = { name: 'logs', project_id: project.id, role: 'developer' };
  const key = textField(await stage.admin.json('POST', '/api/v1/keys', wanted), 'key');
  return jsonClient({ url: stage.weir.url, key });
}

async function sampleHour(stage: Stage, project: DemoProject, lines: readonly DemoLine[]) {
  const sampler = new Sampler({ service: SERVICE, url: stage.weir.url, apiKey: project.key });
  try {
    await policyCame(sampler);
    const [bytes, keptBytes, kept, errorsSeen, errorsKept, estimated] = decideAll(sampler, lines);
    return { real: 1 - keptBytes / bytes, seen: lines.length, kept, errorsSeen, errorsKept, estimated };
  } finally {
    await sampler.close();
  }
}

/** Kept lines name the version that kept them; 0 is none. */
async function policyCame(sampler: Sampler): Promise<void> {
  const endMs = Date.now() + POLICY_WAIT_MS;
  while (sampler.decide('ERROR', 'the storefront starts')?.['weir.policy_version'] === 0) {
    if (Date.now() > endMs) throw new CommandFailure('The sampler did not get its policy in time.');
    await wait(POLL_MS);
  }
}

function decideAll(sampler: Sampler, lines: readonly DemoLine[]) {
  let [bytes, keptBytes, kept, errorsSeen, errorsKept, estimated] = [0, 0, 0, 0, 0, 0];
  for (const { severity, body } of lines) {
    const size = Buffer.byteLength(body);
    const stamp = sampler.decide(severity, body);
    bytes += size;
    if (severity === 'ERROR') errorsSeen++;
    if (stamp === undefined) continue;
    keptBytes += size;
    kept++;
    estimated += stamp.sample_rate;
    if (severity === 'ERROR') errorsKept++;
  }
  return [bytes, keptBytes, kept, errorsSeen, errorsKept, Math.round(estimated)] as const;
}

function numberOf(object: JsonObject, field: string): number {
  const value = asNumber(object[field]);
  if (value === undefined) throw new CommandFailure(`The policy's history has no number "${field}".`);
  return value;
}

/** For people: what was said, and what came of it. */
export function describeSaving(saving: LogSaving): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const count = (number: number) => number.toLocaleString('en-US');
  return [
    `Log sampling of the ${SERVICE} at no more than $${COST_TARGET} a day (policy by ${saving.generatedBy})`,
    `  saving         ${percent(saving.projected)} of bytes projected, ${percent(saving.real)} of the next hour in truth`,
    `  lines kept     ${count(saving.kept)} of ${count(saving.seen)}; they stand for ${count(saving.estimated)}`,
    `  errors kept    ${count(saving.errorsKept)} of ${count(saving.errorsSeen)}`,
    `  why            ${saving.reasoning.split('\n')[0]}`,
  ].join('\n');
}
