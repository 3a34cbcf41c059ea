import { Button, TextInput } from '@mantine/core';
import type { EvalResultObject, EvalRunObject, EvaluationObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { Empty } from '../../parts/empty.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './evaluations.module.css';
import { EVALUATIONS, type List, RUNS } from './reads.ts';

const STEPS = [0, 0.25, 0.5, 0.75, 1];

/** What the candidate answered, item by item, for people to read and to score. */
export function Results({ run }: { readonly run: EvalRunObject }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [metric, setMetric] = useState('quality');
  const page = new URLSearchParams({ limit: '20', ...(cursors[0] === undefined ? {} : { cursor: cursors[0] }) });
  const results = useRead<List<EvalResultObject>>(`${RUNS}/${run.id}/results?${page}`, {
    ...(run.status === 'running' ? { everyMs: 2000 } : {}),
  });
  return (
    <Section
      title="Answers"
      lead="Your score counts as a person's: evaluators are calibrated by it."
      action={
        <TextInput
          aria-label="You score"
          value={metric}
          onChange={(event) => setMetric(event.currentTarget.value)}
          size="xs"
        />
      }
    >
      <Loaded of={results}>
        {({ data, next_cursor: next }) => (
          <>
            {data.length === 0 ? <Empty title="No answer yet." /> : null}
            <ol className={classes.results}>
              {data.map((result) => (
                <Result key={`${result.item} ${result.trial}`} {...{ run, result, metric }} />
              ))}
            </ol>
            <div className={classes.row}>
              {cursors.length === 0 ? null : (
                <Button variant="default" size="xs" onClick={() => setCursors(cursors.slice(1))}>
                  Before
                </Button>
              )}
              {next === null ? null : (
                <Button variant="default" size="xs" onClick={() => setCursors([next, ...cursors])}>
                  More
                </Button>
              )}
            </div>
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Result({
  run,
  result,
  metric,
}: {
  readonly run: EvalRunObject;
  readonly result: EvalResultObject;
  readonly metric: string;
}) {
  const { inference_id } = result;
  const score = useAct<number, EvaluationObject>(
    (value) => [
      `POST ${EVALUATIONS}`,
      { project_id: run.project_id, inference_id, metric, score: value, evaluator: 'human' },
    ],
    { refresh: [EVALUATIONS] },
  );
  return (
    <li className={classes.result}>
      <div className={classes.row}>
        <strong>{result.item}</strong>
        {result.scores.map(({ metric: name, score: value }) => (
          <Health key={name} level={value >= 0.5 ? 'good' : 'bad'}>
            {name} {value.toFixed(2)}
          </Health>
        ))}
        <span className={classes.quiet}>
          {formatDuration(result.latency_ms)} · {formatUsd(result.cost_usd)}
        </span>
        {inference_id === null ? null : <Link href={`/requests/${inference_id}`}>the call</Link>}
      </div>
      <p className={classes.answer}>{result.output ?? result.error ?? 'The text is not kept any more.'}</p>
      {result.tool_calls.map((call, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same tool may be called twice with the same
        <code key={at}>
          {call.name}({JSON.stringify(call.arguments)})
        </code>
      ))}
      {result.problems.map((problem) => (
        <span key={problem.metric} className={classes.quiet}>
          {problem.metric}: {problem.message}
        </span>
      ))}
      {inference_id === null ? null : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame around buttons
        <div className={classes.row} role="group" aria-label={`Your ${metric} of ${result.item}`}>
          <span className={classes.quiet}>Your {metric}</span>
          {STEPS.map((value) => (
            <Button
              key={value}
              size="compact-xs"
              variant={score.reply?.score === value ? 'filled' : 'default'}
              aria-pressed={score.reply?.score === value}
              onClick={() => void score.run(value)}
            >
              {value}
            </Button>
          ))}
        </div>
      )}
      <Problem of={score.problem} />
    </li>
  );
}
