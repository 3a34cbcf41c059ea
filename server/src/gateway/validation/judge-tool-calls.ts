import type { ResponseFormat } from '../../kernel/chat.ts';
import type { ReplyProblem } from '../../kernel/reply-problem.ts';
import type { StrictTool } from '../../ports/protocol.ts';
import type { TextVerdict } from '../../ports/reply-check.ts';
import { CUT_OFF, isCutOff, type Judgement, type JudgeServices, worse } from './judge-texts.ts';
import { type SaidToolCall, toolCallKey } from './reply-tool-calls.ts';

/**
 * Arguments of every tool that was declared strict against its schema; the worst decides. A tool whose schema cannot be
 * used is the provider's to judge.
 */
export async function judgeToolCalls(
  calls: readonly SaidToolCall[],
  tools: readonly StrictTool[],
  services: JudgeServices,
): Promise<Judgement> {
  const mended = new Map<string, string>();
  let outcome: TextVerdict['outcome'] | undefined;
  for (const call of calls) {
    const tool = tools.find(({ name }) => name === call.name);
    const verdict = tool === undefined ? undefined : await verdictOn(call, tool, services);
    if (verdict === undefined) continue;
    outcome = worse(outcome, verdict.outcome);
    if (verdict.outcome === 'invalid') {
      const found = isCutOff(call) ? [CUT_OFF, ...verdict.problems] : verdict.problems;
      const problems = found.map((problem) => placed(problem, call.name));
      return { ...NOTHING, outcome, problems, failedText: call.argumentsText, failedTool: call.name };
    }
    if (call.argumentsText !== '' && verdict.text !== call.argumentsText) mended.set(toolCallKey(call), verdict.text);
  }
  return { ...NOTHING, outcome, mended };
}

const NOTHING = { changed: new Map(), mended: new Map(), sanitized: false, problems: [], failedText: '' } as const;

async function verdictOn(
  call: SaidToolCall,
  { name, schema }: StrictTool,
  { checker, projectId, rules, isGone }: JudgeServices,
): Promise<TextVerdict | undefined> {
  if ((await checker.read(schema, projectId)).problem !== undefined) return undefined;
  const format: ResponseFormat = { kind: 'json-schema', name, schema };
  // A model that has nothing to say to a tool may leave its arguments out.
  const text = call.argumentsText === '' ? '{}' : call.argumentsText;
  const repair = rules.mode === 'repair' && !isGone && !isCutOff(call);
  return checker.check({ projectId, text, format, repair, sanitize: 'none' });
}

/** Problems of arguments say whose. */
function placed({ path, ...problem }: ReplyProblem, tool: string): ReplyProblem {
  return { ...problem, path: `/tool_calls/${tool.replaceAll('~', '~0').replaceAll('/', '~1')}${path}` };
}
