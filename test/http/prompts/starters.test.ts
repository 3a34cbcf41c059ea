import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { STARTERS } from '../../../server/src/features/prompts/starters/starters.ts';
import { requirement } from '../../support/requirement.ts';
import { EvaluationStand } from '../evaluations/stand.ts';

/** Types and parameters as the seed names them; those with a default may be left out. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  tutor_greeting: ['student_name', 'language', 'skill_level', 'career_goal'],
  exercise_generation: [
    'language',
    'skill_level',
    'interests',
    'recent_topics=None',
    'difficulty=medium',
    'estimated_time=30',
  ],
  code_review: ['repository_url', 'language', 'files', 'code', 'skill_level', 'learning_goals'],
  hint_generation: ['exercise_description', 'student_code', 'student_question', 'skill_level', 'hints_count'],
  feedback_generation: ['exercise_description', 'student_code', 'criteria', 'skill_level', 'learning_style'],
  onboarding_interview: ['conversation_history', 'current_focus'],
  concept_explanation: ['concept', 'context', 'skill_level', 'language', 'learning_style'],
};

let stand: EvaluationStand;
let other: { key: string; project: string };
beforeAll(async () => {
  stand = await EvaluationStand.open();
  const project = await stand.make('POST /api/v1/projects', { name: 'another' });
  other = { ...(await stand.weir.key({ role: 'developer', project_id: project.id })), project: project.id };
});
afterAll(() => stand.close());

const render = (type: string, variables: object) =>
  stand.call(`POST /api/v1/prompts/${encodeURIComponent(`tutor/${type}`)}/render`, {
    key: other.key,
    body: { variables },
  });

describe(requirement('E2'), () => {
  it.each(Object.entries(TYPES))(
    '%s takes its parameters, uses each, and needs those without a default',
    async (type, all) => {
      const parameters = all.map((written) => written.split('=') as [string, string?]);
      const needed = parameters.filter(([, value]) => value === undefined).map(([name]) => name);
      const variables = Object.fromEntries(parameters.map(([name]) => [name, `<${name}>`]));
      const whole = await render(type, variables);
      expect(whole.json.messages.map(({ role }: { role: string }) => role)).toEqual(['system', 'user']);
      for (const [name] of parameters) expect(whole.text).toContain(`<${name}>`);
      for (const name of needed) {
        const { [name]: _, ...rest } = variables;
        const refused = await render(type, rest);
        expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(`variables.${name}: is missing`)]);
        expect((await render(type, { ...variables, [name]: 7 })).text).toContain(`variables.${name}: expected string`);
      }
      const least = await render(type, Object.fromEntries(needed.map((name) => [name, 'x'])));
      expect(least.status).toBe(200);
      for (const [, value] of parameters) if (value !== undefined) expect(least.text).toContain(value);
    },
  );

  it('has ten cases and two evaluators for each of them, in every project', async () => {
    for (const key of [stand.weir.adminKey, other.key]) {
      const { data: prompts } = (await stand.call('GET /api/v1/prompts', { key })).json;
      const names = Object.keys(TYPES).map((type) => `tutor/${type}`);
      expect(prompts.map(({ name }: { name: string }) => name).sort()).toEqual(names.sort());
      const { data: datasets } = (await stand.call('GET /api/v1/datasets', { key })).json;
      const evaluators = (await stand.call('GET /api/v1/evaluators', { key })).json.data as { name: string }[];
      for (const name of names) {
        expect(datasets).toContainEqual(expect.objectContaining({ name, items: 10, version: 1 }));
        expect(evaluators.filter((each) => each.name.startsWith(`${name}.`))).toHaveLength(2);
      }
    }
  });

  it('renders for every one of its cases', async () => {
    for (const { type, cases, parameters } of STARTERS) {
      expect(cases).toHaveLength(10);
      for (const row of cases) {
        expect(row).toHaveLength(parameters.length + 1);
        const variables = Object.fromEntries(parameters.map(({ name }, at) => [name, row[at]]));
        expect((await render(type, variables)).status).toBe(200);
      }
    }
  });

  it('is a template of the LLM API by its bare name', async () => {
    const variables = {
      concept: 'recursion',
      context: 'folders',
      skill_level: 'Beginner',
      language: 'C',
      learning_style: 'by doing',
    };
    const { key } = await stand.weir.key({});
    const body = { template: 'concept_explanation', variables, model: 'gpt-4o-mini' };
    const reply = await stand.call('POST /api/v1/llm/completion', { key, body });
    expect([reply.status, reply.text]).toEqual([200, expect.any(String)]);
    expect(JSON.stringify(stand.asked.at(-1)?.messages)).toContain('Explain: recursion');
    const { data } = (await stand.call('GET /api/v1/usage/records?limit=1')).json;
    expect(data[0]).toMatchObject({ prompt: 'tutor/concept_explanation', prompt_version: 1 });
  });
});

test('a version that a project makes of a starter is its own', async () => {
  const messages = [{ role: 'user', content: 'Mine: {{ concept }}' }];
  const body = { name: 'tutor/concept_explanation', messages };
  const made = await stand.call('POST /api/v1/prompts', { key: other.key, body });
  expect([made.status, made.json.version]).toEqual([201, 2]);
  expect((await render('concept_explanation', { concept: 'x' })).json.messages).toEqual([
    { role: 'user', content: 'Mine: x' },
  ]);
  const first = (await stand.call(`GET /api/v1/prompts/${encodeURIComponent(body.name)}`)).json;
  expect(first).toMatchObject({ version: 1, author: 'weir' });
});
