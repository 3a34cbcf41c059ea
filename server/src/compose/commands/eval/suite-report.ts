import type { EvalResultObject, EvalRunObject } from '@weir/contract';

/** One prompt with one provider, over all tests. */
export interface SuiteRun {
  readonly prompt: string;
  readonly provider: string;
  readonly run: EvalRunObject;
  readonly results: readonly EvalResultObject[];
}

export type Outcome = 'passed' | 'failed' | 'error';

/** A check that could not say anything is an error, not a failure. */
export function outcomeOf({ problems, scores }: EvalResultObject): Outcome {
  if (problems.length > 0) return 'error';
  return scores.some(({ metric, score }) => metric === 'pass' && score === 1) ? 'passed' : 'failed';
}

export function countOutcomes(runs: readonly SuiteRun[]): Record<Outcome, number> {
  const counts = { passed: 0, failed: 0, error: 0 };
  for (const { results } of runs) for (const result of results) counts[outcomeOf(result)]++;
  return counts;
}

/** What CI systems read: a suite per prompt and provider, a case per test. */
export function junitOf(runs: readonly SuiteRun[]): string {
  const suites = runs.map(({ prompt, provider, results }) => {
    const name = escaped(`${prompt} / ${provider}`);
    const cases = results.map((result) => {
      const outcome = outcomeOf(result);
      const head = `    <testcase classname="${name}" name="${escaped(result.item)}" time="${result.latency_ms / 1000}"`;
      if (outcome === 'passed') return `${head}/>`;
      const tag = outcome === 'failed' ? 'failure' : 'error';
      return `${head}>\n      <${tag} message="${escaped(reasonOf(result))}"/>\n    </testcase>`;
    });
    const { failed, error } = countOutcomes([{ prompt, provider, results } as SuiteRun]);
    return `  <testsuite name="${name}" tests="${results.length}" failures="${failed}" errors="${error}">\n${cases.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

/** For people: a table of prompts and providers, and what failed. */
export function markdownOf(runs: readonly SuiteRun[]): string {
  const rows = runs.map((each) => {
    const { passed, failed, error } = countOutcomes([each]);
    const { cost_usd, judge_cost_usd, latency_ms } = each.run;
    const cost = (cost_usd + judge_cost_usd).toFixed(6);
    return `| ${cell(each.prompt)} | ${cell(each.provider)} | ${passed} | ${failed} | ${error} | ${cost} | ${Math.round(latency_ms ?? 0)} |`;
  });
  const failures = runs.flatMap(({ prompt, provider, results }) =>
    results
      .filter((result) => outcomeOf(result) !== 'passed')
      .map((result) => `- ${cell(result.item)} (${cell(prompt)}, ${cell(provider)}): ${cell(reasonOf(result))}`),
  );
  const head =
    '| prompt | provider | passed | failed | errors | cost, USD | latency, ms |\n| --- | --- | --- | --- | --- | --- | --- |';
  return `${head}\n${rows.join('\n')}\n${failures.length === 0 ? '' : `\n${failures.join('\n')}\n`}`;
}

function reasonOf({ error, problems, scores }: EvalResultObject): string {
  if (error !== null) return error;
  const [problem] = problems;
  if (problem !== undefined) return `${problem.metric}: ${problem.message}`;
  const low = scores.filter(({ metric, score }) => metric !== 'pass' && score < 1);
  return low.map(({ metric, score }) => `${metric} ${Math.round(score * 1000) / 1000}`).join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
