import {
  checkFlow,
  type FlowKnowledge,
  type Problem,
} from '../../server/src/features/workflows/definition/check-flow.ts';
import { readFlow } from '../../server/src/features/workflows/definition/read-flow.ts';
import { secretsDetector } from '../../server/src/guardrails/secrets/detect-secrets.ts';
import { type Campaign, seeded, shuffled } from './campaign.ts';
import { MISTAKES, type Mistake } from './definitions/mistakes.ts';

const MODELS = ['claude-3-sonnet', 'gpt-4'];

/** A server with one tool server, two models and one workflow. */
const knowledge: FlowKnowledge = {
  env: ['REGION'],
  secretsIn: (text) => secretsDetector.full(text, 'user').detections.map(({ type }) => type),
  toolServers: {
    names: ['github', 'files'],
    tools: async (server) => [
      {
        server,
        name: 'get_repository',
        description: '',
        inputSchema: { properties: { owner: {}, repo: {} }, required: ['owner', 'repo'] },
        outputSchema: undefined,
        readOnly: true,
        idempotent: true,
        destructive: false,
      },
    ],
  },
  models: { has: (model) => MODELS.includes(model), names: MODELS },
  workflows: ['report'],
  price: (_model, { input, output }) => 3000 * input + 15_000 * output,
};

const definitionMistakes: Campaign = {
  name: 'definition-mistakes',
  describe:
    'workflow documents with one planted mistake each: the answer names its JSON pointer and how to put it right, and blames nothing else of the document',
  n: MISTAKES.length,
  async run({ n, seed }) {
    const tried = shuffled(MISTAKES, seeded(seed)).slice(0, n);
    const failures: string[] = [];
    for (const mistake of tried) {
      const problems = await problemsOf(mistake.document);
      const verdict = judge(mistake, problems);
      if (verdict !== undefined) failures.push(`${mistake.name}: ${verdict}`);
    }
    return { attempted: tried.length, failed: failures.length, report: failures.join('\n') };
  },
};

async function problemsOf(document: unknown): Promise<readonly Problem[]> {
  const read = readFlow(document);
  return 'problems' in read ? read.problems : await checkFlow(read.flow, knowledge);
}

function judge({ pointer, says }: Mistake, problems: readonly Problem[]): string | undefined {
  const shown = JSON.stringify(problems);
  if (!problems.some((problem) => problem.pointer === pointer)) return `nothing at ${pointer}: ${shown}`;
  const found = problems.some(
    (problem) => problem.pointer === pointer && says.test(`${problem.message} ${problem.fix}`) && problem.fix !== '',
  );
  if (!found) return `does not say ${says}: ${shown}`;
  const elsewhere = problems.filter((problem) => problem.pointer !== pointer && problem.severity === 'error');
  return elsewhere.length === 0 ? undefined : `blames more: ${shown}`;
}

export default definitionMistakes;
