import { NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import type { DatasetObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Form } from '../../parts/form.tsx';
import { DATASETS } from './reads.ts';

const SOURCES = {
  jsonl: {
    label: 'JSON, one item per line',
    hint: '{"input": "What is 2 + 2?", "expected": "4"}',
  },
  csv: { label: 'A table (CSV) with a heading', hint: 'input,expected\n"What is 2 + 2?",4' },
  calls: { label: 'Recorded calls, by their ids', hint: 'req_…, one per line' },
} as const;

type Source = keyof typeof SOURCES;

/** Makes a dataset, or its next version when `name` is one that there is. */
export function DatasetForm({
  project,
  name: given,
  onMade,
}: {
  readonly project: string;
  /** Of the dataset that gets another version; absent: a new one is named here. */
  readonly name?: string;
  readonly onMade: (made: DatasetObject) => void;
}) {
  const [draft, setDraft] = useState<{ name: string; source: Source; text: string; replace: boolean }>({
    ...{ name: given ?? '', source: 'jsonl', text: '', replace: false },
  });
  const change = (to: Partial<typeof draft>) => setDraft({ ...draft, ...to });
  const make = useAct<object, DatasetObject>(`POST ${DATASETS}`, { refresh: [DATASETS] });
  const submit = async () => {
    const { name, source, text, replace } = draft;
    const ids = text.split(/[\s,]+/).filter((id) => id !== '');
    const content = source === 'calls' ? { from_requests: ids } : { format: source, text };
    const made = await make.run({ project_id: project, name, replace, ...content });
    if (made !== undefined) onMade(made);
  };
  const { label, hint } = SOURCES[draft.source];
  return (
    <Form
      label="Dataset"
      submit={given === undefined ? 'Make' : 'Make the next version'}
      onSubmit={submit}
      isSending={make.isRunning}
      problem={make.problem}
    >
      {given === undefined ? (
        <TextInput
          label="Name"
          required
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          data-autofocus
        />
      ) : null}
      <NativeSelect
        label="From"
        value={draft.source}
        onChange={(event) => change({ source: event.currentTarget.value as Source })}
        data={Object.entries(SOURCES).map(([value, source]) => ({ value, label: source.label }))}
      />
      <Textarea
        label={label}
        placeholder={hint}
        required
        autosize
        minRows={5}
        maxRows={16}
        value={draft.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      {given === undefined ? null : (
        <Switch
          label="Replace all items; else these are added"
          checked={draft.replace}
          onChange={(event) => change({ replace: event.currentTarget.checked })}
        />
      )}
    </Form>
  );
}
