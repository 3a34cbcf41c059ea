/**
 * From a bad answer to a better prompt: a customer complains, the call becomes a case, an evaluation fails, a new version of the
 * prompt passes, and the label "production" moves because a paired comparison says so.
 *
 *   WEIR_ADMIN_KEY=... node examples/evaluation-loop/loop.ts
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NAME = 'sms/answer';
const PROMPT = `/api/v1/prompts/${encodeURIComponent(NAME)}`;
const SYSTEM = 'You answer customers of a boat rental by SMS.';
const KNOWN_QUESTIONS = [
  'When do you open?',
  'May dogs come along?',
  'Is there a boat for eight people?',
  'Do I need a licence?',
  'What does an hour cost?',
  'Where can I park?',
  'Do you have life jackets for children?',
  'Can I pay by card?',
  'What happens when it rains?',
];
const SUITE = fileURLToPath(new URL('sms.yaml', import.meta.url));

console.log('1. A prompt is in production. It may only be replaced by what is shown to be better.');
await addVersion('{{ input }}');
await api('PUT', `${PROMPT}/labels/production`, { version: 1 });
await api('PATCH', `${PROMPT}/labels/production`, { gate: { dataset: 'sms', require: 'better' } });

console.log('2. A customer asks, and does not like the answer.');
const bad = await ask('Can I bring back the boat tomorrow?');
await api('POST', '/api/v1/evaluations', { inference_id: bad.id, metric: 'quality', score: 0, evaluator: 'human' });

console.log('3. What people did not like becomes a case, beside those that are known.');
const { data: scores } = await api('GET', '/api/v1/evaluations?evaluator=human&metric=quality');
const disliked = scores.filter(({ score }: Score) => score < 0.5).map(({ inference_id }: Score) => inference_id);
await api('POST', '/api/v1/datasets', { name: 'sms', items: KNOWN_QUESTIONS.map((input) => ({ input })) });
const dataset = await api('POST', '/api/v1/datasets', { name: 'sms', from_requests: disliked });
console.log(`   ${dataset.items} cases, ${dataset.added} of them from the complaint`);

console.log('4. The evaluation of the prompt as it is fails.');
evaluate('--name', 'before');

console.log('5. A new version, and the same evaluation against the run before.');
await addVersion('{{ input }}\n\nAnswer in 12 words.');
const early = await call('PUT', `${PROMPT}/labels/production`, { version: 2 });
console.log(`   moving the label now: ${early.status}, ${early.json.error.message}`);
evaluate('--gate', 'before');

console.log('6. The gate lets it through.');
await api('PUT', `${PROMPT}/labels/production`, { version: 2, reason: 'answers fit into an SMS' });
const { data: history } = await api('GET', `${PROMPT}/labels/production/history?limit=1`);
console.log(`   production is version ${history[0].versions[0].version}: ${history[0].reason}`);
const good = await ask('Can I bring back the boat tomorrow?');
console.log(`   the customer now gets ${words(good.text)} words instead of ${words(bad.text)}`);

interface Score {
  readonly inference_id: string;
  readonly score: number;
}

async function addVersion(question: string): Promise<void> {
  const messages = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: question },
  ];
  await api('POST', '/api/v1/prompts', { name: NAME, messages });
}

/** What the application does: it names the prompt, not its text. */
async function ask(input: string): Promise<{ id: string; text: string }> {
  const prompt = { name: NAME, label: 'production', variables: { input } };
  const { headers, json } = await call('POST', '/v1/chat/completions', { model: 'gpt-4o-mini', prompt });
  return { id: headers.get('x-request-id') ?? '', text: json.choices[0].message.content };
}

/** As CI would: the exit code says what came of it. */
function evaluate(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('npx', ['weir', 'eval', 'run', SUITE, ...args], { encoding: 'utf8' });
  const verdict = /^Against the baseline.*$/m.exec(stdout)?.[0] ?? '';
  console.log(`   weir eval run: exit code ${status}. ${verdict}${status === 2 ? stderr : ''}`.trimEnd());
}

async function api(method: string, path: string, body?: object) {
  const { status, text, json } = await call(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return json;
}

async function call(method: string, path: string, body?: object) {
  const response = await fetch(new URL(path, process.env.WEIR_URL ?? 'http://127.0.0.1:8080'), {
    method,
    headers: { authorization: `Bearer ${process.env.WEIR_ADMIN_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

function words(text: string): number {
  return text.split(/\s+/).length;
}
