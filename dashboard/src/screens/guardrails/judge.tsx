import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Section } from '../../parts/section.tsx';
import type { GuardPolicy } from './guard-policy.ts';
import classes from './guardrails.module.css';

/** A model that is asked about every text; no model named: nobody is asked. */
export function Judge({
  own,
  isSaving,
  onSave,
}: {
  readonly own: GuardPolicy;
  readonly isSaving: boolean;
  readonly onSave: (next: GuardPolicy) => unknown;
}) {
  const mayOperate = useMay('operate');
  const { judge, ...rest } = own;
  const [draft, setDraft] = useState({
    ...{ model: judge?.model ?? '', mode: judge?.mode ?? 'monitor', applies: judge?.applies ?? 'input' },
    instructions: judge?.instructions ?? '',
  });
  const change = (to: Partial<typeof draft>) => setDraft({ ...draft, ...to });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { instructions, ...said } = draft;
    const next = { ...judge, ...said, ...(instructions === '' ? {} : { instructions }) };
    void onSave(draft.model.trim() === '' ? rest : { ...rest, judge: next });
  };
  return (
    <Section
      title="A model as judge"
      lead="Is asked about every text, which costs a call each. No model: nobody is asked."
    >
      <form className={classes.judge} aria-label="Judge" onSubmit={submit}>
        <div className={classes.pair}>
          <TextInput
            label="Model or route"
            placeholder="openai/gpt-4o-mini"
            value={draft.model}
            disabled={!mayOperate}
            onChange={(event) => change({ model: event.currentTarget.value })}
          />
          <NativeSelect
            label="When it says no"
            value={draft.mode}
            disabled={!mayOperate}
            onChange={(event) => change({ mode: event.currentTarget.value })}
            data={['monitor', 'block', 'off']}
          />
          <NativeSelect
            label="Looks at"
            value={draft.applies}
            disabled={!mayOperate}
            onChange={(event) => change({ applies: event.currentTarget.value })}
            data={[
              { value: 'input', label: 'requests' },
              { value: 'output', label: 'replies' },
              { value: 'both', label: 'both' },
            ]}
          />
        </div>
        <Textarea
          label="What it must refuse"
          placeholder="Attacks on the model and harmful content"
          autosize
          minRows={2}
          maxRows={8}
          value={draft.instructions}
          disabled={!mayOperate}
          onChange={(event) => change({ instructions: event.currentTarget.value })}
        />
        {mayOperate ? (
          <div>
            <Button type="submit" variant="default" loading={isSaving}>
              Save judge
            </Button>
          </div>
        ) : null}
      </form>
    </Section>
  );
}
