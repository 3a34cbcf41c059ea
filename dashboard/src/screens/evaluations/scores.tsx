import { NumberInput, Switch, TextInput } from '@mantine/core';
import type { EvaluationObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Form } from '../../parts/form.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import classes from './evaluations.module.css';
import { EVALUATIONS, inProject, type List } from './reads.ts';

const COLUMNS: readonly Column<EvaluationObject>[] = [
  {
    name: 'Call',
    value: ({ inference_id }) => (
      <Link href={`/requests/${encodeURIComponent(inference_id)}`} title={inference_id}>
        {inference_id.length > 20 ? `${inference_id.slice(0, 4)}…${inference_id.slice(-8)}` : inference_id}
      </Link>
    ),
  },
  { name: 'Metric', width: '180px', value: ({ metric }) => metric },
  { name: 'Score', align: 'right', width: '80px', value: ({ score }) => score.toFixed(2) },
  {
    name: 'By',
    width: '120px',
    onPhone: false,
    value: ({ evaluator }) => (evaluator === 'human' ? 'a person' : 'a program'),
  },
  { name: 'When', align: 'right', width: '110px', onPhone: false, value: ({ created_at }) => <When at={created_at} /> },
];

/** A person's scores of calls, and on demand those of programs too. */
export function Scores({ project }: { readonly project: string }) {
  const mayDevelop = useMay('develop');
  const [isAll, setIsAll] = useState(false);
  const asked = { limit: '20', ...(isAll ? {} : { evaluator: 'human' }) };
  const scores = useRead<List<EvaluationObject>>(inProject(EVALUATIONS, project, asked), { refreshOn: ['call'] });
  return (
    <Section
      title="Scores"
      lead="Of single calls, 0 to 1. Evaluators are calibrated by those of people."
      action={
        <Switch
          label="Those of programs too"
          checked={isAll}
          onChange={(event) => setIsAll(event.currentTarget.checked)}
        />
      }
    >
      {mayDevelop ? <ScoreForm project={project} /> : null}
      <Loaded of={scores}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title={isAll ? 'No score yet.' : 'No person has scored a call yet.'} />
          ) : (
            <DataTable label="Scores" columns={COLUMNS} rows={data} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
    </Section>
  );
}

function ScoreForm({ project }: { readonly project: string }) {
  const [draft, setDraft] = useState<{ call: string; metric: string; score: number | string }>({
    ...{ call: '', metric: 'quality', score: 1 },
  });
  const give = useAct<object, EvaluationObject>(`POST ${EVALUATIONS}`, { refresh: [EVALUATIONS], done: 'Scored' });
  const submit = async () => {
    const { call, metric, score } = draft;
    const body = { project_id: project, inference_id: call.trim(), metric, score: Number(score), evaluator: 'human' };
    if ((await give.run(body)) !== undefined) setDraft({ ...draft, call: '' });
  };
  return (
    <Form label="Score a call" submit="Score" onSubmit={submit} isSending={give.isRunning} problem={give.problem}>
      <div className={classes.three}>
        <TextInput
          label="Request id"
          placeholder="req_…"
          required
          value={draft.call}
          onChange={(event) => setDraft({ ...draft, call: event.currentTarget.value })}
        />
        <TextInput
          label="Metric"
          required
          value={draft.metric}
          onChange={(event) => setDraft({ ...draft, metric: event.currentTarget.value })}
        />
        <NumberInput
          label="Score, 0 to 1"
          min={0}
          max={1}
          step={0.1}
          value={draft.score}
          onChange={(score) => setDraft({ ...draft, score })}
        />
      </div>
    </Form>
  );
}
