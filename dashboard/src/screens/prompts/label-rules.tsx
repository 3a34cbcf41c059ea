import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { PromptLabelObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import { PROMPTS, promptPath } from './reads.ts';

/** Who may move a label, and what a version must have shown before. */
export function LabelRules({
  project,
  name,
  label,
  onDone,
}: {
  readonly project: string;
  readonly name: string;
  readonly label: PromptLabelObject;
  readonly onDone: () => void;
}) {
  const { gate } = label;
  const [draft, setDraft] = useState({
    ...{ isProtected: label.protected, dataset: gate?.dataset ?? '', metrics: gate?.metrics?.join(', ') ?? '' },
    ...{ require: gate?.require ?? 'not_worse', margin: (gate?.margin ?? 0.02) as number | string },
  });
  const change = (to: Partial<typeof draft>) => setDraft({ ...draft, ...to });
  const set = useAct<object>(`PATCH ${promptPath(name, project, `/labels/${encodeURIComponent(label.label)}`)}`, {
    refresh: [PROMPTS],
    done: 'Rules set',
  });
  const submit = async () => {
    const metrics = draft.metrics.split(/[\s,]+/).filter((metric) => metric !== '');
    const next =
      draft.dataset === ''
        ? null
        : {
            ...{ dataset: draft.dataset, require: draft.require, margin: Number(draft.margin) },
            ...(metrics.length === 0 ? {} : { metrics }),
          };
    if ((await set.run({ protected: draft.isProtected, gate: next })) !== undefined) onDone();
  };
  return (
    <Form label="Rules" submit="Set the rules" onSubmit={submit} isSending={set.isRunning} problem={set.problem}>
      <Switch
        label="Only operators move it"
        checked={draft.isProtected}
        onChange={(event) => change({ isProtected: event.currentTarget.checked })}
      />
      <Fields title="Gate" lead="Both versions must have been run over a dataset; no dataset: no gate.">
        <TextInput
          label="Dataset"
          value={draft.dataset}
          onChange={(event) => change({ dataset: event.currentTarget.value })}
        />
        <NativeSelect
          label="The new version must be"
          value={draft.require}
          onChange={(event) => change({ require: event.currentTarget.value as typeof draft.require })}
          data={[
            { value: 'not_worse', label: 'not worse' },
            { value: 'better', label: 'better' },
          ]}
        />
        <TextInput
          label="In"
          placeholder="all metrics"
          value={draft.metrics}
          onChange={(event) => change({ metrics: event.currentTarget.value })}
        />
        <NumberInput
          label="Difference that nobody minds"
          min={0}
          max={1}
          step={0.01}
          value={draft.margin}
          onChange={(margin) => change({ margin })}
        />
      </Fields>
    </Form>
  );
}
