import { templateCompiler } from '../server/src/compose/prompts/template-compiler.ts';
import { systemClock } from '../server/src/compose/system-clock.ts';
import { writeContent } from '../server/src/features/prompts/content.ts';
import { PromptShelf } from '../server/src/features/prompts/prompt-shelf.ts';

/** What a call with a stored prompt costs before it is sent: 1 KB of template with five variables, in memory as for most calls. */
const NAMES = ['student', 'language', 'level', 'goal', 'code'];
const source = NAMES.map(
  (name) => `${'A sentence that stays as it is, again and again. '.repeat(4)}{{ ${name} }}\n`,
).join('');
const ROUNDS = 7;
const RENDERINGS = 50_000;

const templates = templateCompiler(systemClock);
const at = { project_id: 'p', name: 'bench' };
const schema = {
  type: 'object',
  properties: Object.fromEntries(NAMES.map((name) => [name, { type: 'string' }])),
  required: NAMES,
};
const shelf = new PromptShelf({
  store: {
    get: async () => ({
      prompt: { ...at, kind: 'chat', description: '', latest: 1, created_at: 0, updated_at: 0, archived_at: null },
      labels: [
        {
          ...at,
          label: 'production',
          targets: '[{"version":1,"weight":1}]',
          protected: 0,
          gate: null,
          moves: 1,
          moved_at: 0,
        },
      ],
    }),
    version: async () => ({
      ...{ ...at, version: 1, hash: '', message: '', author: '', created_at: 0 },
      content: writeContent({
        kind: 'chat',
        messages: [{ role: 'user', content: source }],
        variables: schema,
        settings: {},
      }),
    }),
  },
  templates: () => templates.load(),
  variablesProblem: async () => undefined,
});
const variables = Object.fromEntries(NAMES.map((name) => [name, `value of ${name}`]));

const rounds: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage();
  for (let n = 0; n < RENDERINGS; n++) await shelf.render({ projectId: 'p', name: 'bench', unit: 'u', variables });
  const { user, system } = process.cpuUsage(before);
  rounds.push((user + system) / RENDERINGS);
}
const sorted = rounds.slice(1).sort((a, b) => a - b);
console.log(
  `${source.length} characters, ${NAMES.length} variables: ${sorted[Math.floor(sorted.length / 2)]?.toFixed(2)} us CPU per rendering`,
);
await templates.close();
