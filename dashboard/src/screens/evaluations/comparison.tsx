import { Button, Modal, NativeSelect } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ComparisonObject, EvalRunObject } from '@weir/contract';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import type { ServerProblem } from '../../api/server-problem.ts';
import { useMay } from '../../api/session.ts';
import { countOf } from '../../parts/count-of.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { formatUsd } from '../../parts/format-usd.ts';
import { useQueryParameter } from '../../parts/location.ts';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { AskJudge } from './ask-judge.tsx';
import classes from './evaluations.module.css';
import { ForestPlot } from './forest-plot.tsx';
import { nameOfRun, RUNS } from './reads.ts';

interface Sides {
  readonly baseline: string;
  readonly candidate: string;
}

/** Two runs over the same dataset, item by item: is the second one better? */
export function Comparison({ runs }: { readonly runs: readonly EvalRunObject[] }) {
  const over = runs.filter(({ status, pair, results }) => status !== 'running' && pair === null && results > 0);
  const [baseline, setBaseline] = useQueryParameter('baseline');
  const [candidate, setCandidate] = useQueryParameter('candidate');
  const newest = newestPair(over);
  const sides = { baseline: baseline || (newest?.baseline ?? ''), candidate: candidate || (newest?.candidate ?? '') };
  if (newest === undefined && (sides.baseline === '' || sides.candidate === '')) return <NothingToCompare />;
  const options = over.map((run) => ({ value: run.id, label: nameOfRun(run) }));
  const dataset = over.find(({ id }) => id === sides.baseline)?.dataset;
  const others = over.filter((run) => run.dataset === dataset && run.id !== sides.baseline);
  return (
    <Section framed title="Is it better?">
      <div className={classes.sides}>
        <NativeSelect
          label="Baseline"
          data={options}
          value={sides.baseline}
          onChange={(event) => {
            setBaseline(event.currentTarget.value);
            setCandidate('');
          }}
        />
        <NativeSelect
          label="Candidate"
          data={[
            ...(others.some(({ id }) => id === sides.candidate) ? [] : [{ value: '', label: 'Choose a run' }]),
            ...others.map((run) => ({ value: run.id, label: nameOfRun(run) })),
          ]}
          value={sides.candidate}
          onChange={(event) => setCandidate(event.currentTarget.value)}
        />
      </div>
      {others.some(({ id }) => id === sides.candidate) ? (
        <Compared sides={sides} />
      ) : (
        <p className={classes.quiet}>Choose another run on the same dataset.</p>
      )}
    </Section>
  );
}

function Compared({ sides }: { readonly sides: Sides }) {
  const mayDevelop = useMay('develop');
  const [isAsking, setIsAsking] = useState(false);
  const { data, error, refetch } = useQuery<ComparisonObject, ServerProblem>({
    queryKey: [`${RUNS}/compare`, sides],
    queryFn: ({ signal }) => ask(`POST ${RUNS}/compare`, sides, { signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <Problem of={error} again={() => void refetch()} />;
  if (data === undefined) return <Waiting lines={5} />;
  const { cost_usd_per_item: cost, latency_ms_per_item: latency } = data;
  return (
    <>
      <Figures>
        <Figure
          label="Verdict"
          value={headline(data)}
          note={`${countOf(data.metrics[0]?.items ?? 0, 'item')}, paired`}
        />
        <Figure label="Cost per item" value={formatUsd(cost.candidate)} note={`baseline ${formatUsd(cost.baseline)}`} />
        <Figure
          label="Time per item"
          value={formatDuration(latency.candidate)}
          note={`baseline ${formatDuration(latency.baseline)}`}
        />
      </Figures>
      <ForestPlot comparison={data} />
      {mayDevelop ? (
        <div>
          <Button variant="default" size="xs" onClick={() => setIsAsking(true)}>
            Let a model judge the pair
          </Button>
          <Modal
            opened={isAsking}
            onClose={() => setIsAsking(false)}
            title="Let a model judge the pair"
            closeButtonProps={{ 'aria-label': 'Close' }}
          >
            <AskJudge sides={sides} />
          </Modal>
        </div>
      ) : null}
    </>
  );
}

/** The strongest thing that can be said: worse before better, better before equivalent. */
function headline({ metrics }: ComparisonObject): string {
  const verdicts = metrics.map(({ verdict }) => verdict);
  if (verdicts.includes('worse')) return verdicts.includes('better') ? 'Better and worse' : 'Worse';
  if (verdicts.includes('better')) return 'Better';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'equivalent')
    ? 'Equivalent'
    : 'Not enough evidence';
}

/** The newest run and the one before it on the same dataset. */
function newestPair(over: readonly EvalRunObject[]): Sides | undefined {
  for (const [at, candidate] of over.entries()) {
    const baseline = over.slice(at + 1).find(({ dataset }) => dataset === candidate.dataset);
    if (baseline !== undefined) return { baseline: baseline.id, candidate: candidate.id };
  }
  return undefined;
}

function NothingToCompare() {
  return (
    <Empty title="Two runs over the same dataset can be compared.">
      <p>
        A dataset holds questions and what is right. A run asks a model all of them and scores the answers. Make a
        dataset below, then run two candidates over it: here stands which one is better, and how sure that is.
      </p>
    </Empty>
  );
}
