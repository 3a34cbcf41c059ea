import { JsonInput, MultiSelect, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import type { EvalRunObject, EvaluatorObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { useRead } from '../../api/use-read.ts';
import { countOf } from '../../parts/count-of.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fields, Form } from '../../parts/form.tsx';
import { goTo } from '../../parts/location.ts';
import { EVALUATORS, inProject, type List, RUNS, useDatasets } from './reads.ts';

const EMPTY = {
  ...{ name: '', dataset: '', model: '', prompt: '', version: '', template: '', settings: '', judge: '' },
  checks: ['exact'] as string[],
  trials: 1 as number | string,
  budget: 1 as number | string,
};

/** Asks a candidate every item of a dataset and scores what it answers. */
export function NewRun({ project }: { readonly project: string }) {
  const datasets = useDatasets(project).data?.data ?? [];
  const evaluators = useRead<List<EvaluatorObject>>(inProject(EVALUATORS, project)).data?.data ?? [];
  const [draft, setDraft] = useState(EMPTY);
  const change = (to: Partial<typeof EMPTY>) => setDraft({ ...draft, ...to });
  const begin = useAct<object, EvalRunObject>(`POST ${RUNS}`, { refresh: [RUNS] });
  const dataset = draft.dataset === '' ? (datasets[0]?.id ?? '') : draft.dataset;
  const submit = async () => {
    const run = await begin.run({ project_id: project, ...bodyOf({ ...draft, dataset }, evaluators) });
    if (run !== undefined) goTo(`/evaluations/runs/${run.id}`);
  };
  if (datasets.length === 0) {
    return (
      <Empty title="There is no dataset yet.">
        <p>A run goes over a dataset: close this and make one under “Datasets”.</p>
      </Empty>
    );
  }
  return (
    <Form label="A new run" submit="Begin" onSubmit={submit} isSending={begin.isRunning} problem={begin.problem}>
      <Fields>
        <TextInput
          label="Model or route"
          placeholder="openai/gpt-4o-mini"
          required
          value={draft.model}
          onChange={(event) => change({ model: event.currentTarget.value })}
          data-autofocus
        />
        <NativeSelect
          label="Dataset"
          value={dataset}
          onChange={(event) => change({ dataset: event.currentTarget.value })}
          data={datasets.map(({ id, name, items }) => ({ value: id, label: `${name} (${countOf(items, 'item')})` }))}
        />
        <TextInput label="Name" value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </Fields>
      <MultiSelect
        label="Scored by"
        data={evaluators.map(({ name }) => name)}
        value={draft.checks}
        onChange={(checks) => change({ checks })}
        searchable
      />
      <Fields title="What is sent" lead="A stored prompt, or a template of your own; neither: the items' own messages.">
        <TextInput
          label="Stored prompt"
          placeholder="tutor/code_review"
          value={draft.prompt}
          onChange={(event) => change({ prompt: event.currentTarget.value })}
        />
        <TextInput
          label="Version or label"
          placeholder="production, else latest"
          value={draft.version}
          onChange={(event) => change({ version: event.currentTarget.value })}
        />
      </Fields>
      <Textarea
        label="Template"
        placeholder={'Answer in one word: {{ input }}'}
        autosize
        minRows={2}
        value={draft.template}
        onChange={(event) => change({ template: event.currentTarget.value })}
      />
      <JsonInput
        label="Settings"
        placeholder='{"temperature": 0}'
        autosize
        minRows={1}
        value={draft.settings}
        onChange={(settings) => change({ settings })}
        validationError="is not JSON"
      />
      <Fields>
        <TextInput
          label="Judge"
          description="Model of judges that name none"
          value={draft.judge}
          onChange={(event) => change({ judge: event.currentTarget.value })}
        />
        <NumberInput
          label="Trials"
          description="How often each item is asked"
          min={1}
          max={20}
          value={draft.trials}
          onChange={(trials) => change({ trials })}
        />
        <NumberInput
          label="Stop at, USD"
          description="Judges included"
          min={0.000001}
          value={draft.budget}
          onChange={(budget) => change({ budget })}
        />
      </Fields>
    </Form>
  );
}

function bodyOf(draft: typeof EMPTY, evaluators: readonly EvaluatorObject[]): object {
  const { prompt, version, template } = draft;
  const which = /^\d+$/.test(version) ? { version: Number(version) } : version === '' ? {} : { label: version };
  return {
    ...{ name: draft.name, dataset: draft.dataset, trials: Number(draft.trials) },
    candidate: {
      model: draft.model,
      ...(prompt === '' ? {} : { prompt: { name: prompt, ...which } }),
      ...(template === '' ? {} : { messages: [{ role: 'user', content: template }] }),
      ...(draft.settings.trim() === '' ? {} : { settings: parsed(draft.settings) }),
    },
    evaluators: draft.checks.map((name) =>
      evaluators.some((each) => each.name === name && each.version !== null) ? { name } : { type: name },
    ),
    ...(draft.judge === '' ? {} : { judge: draft.judge }),
    ...(draft.budget === '' ? {} : { budget_usd: Number(draft.budget) }),
  };
}

/** What is no JSON is sent as it is: the server says what is wrong with it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
