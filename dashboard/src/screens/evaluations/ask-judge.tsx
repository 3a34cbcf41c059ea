import { NumberInput, Textarea, TextInput } from '@mantine/core';
import type { EvalRunObject } from '@weir/contract';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Form } from '../../parts/form.tsx';
import { goTo } from '../../parts/location.ts';
import { RUNS } from './reads.ts';

/** A judge sees both answers to each item, in both orders, and says which one it prefers. */
export function AskJudge({ sides }: { readonly sides: { readonly baseline: string; readonly candidate: string } }) {
  const [draft, setDraft] = useState<{ judge: string; criteria: string; budget: number | string }>({
    ...{ judge: '', criteria: '', budget: 1 },
  });
  const begin = useAct<object, EvalRunObject>(`POST ${RUNS}/pairwise`, { refresh: [RUNS] });
  const submit = async () => {
    const run = await begin.run({
      ...sides,
      judge: draft.judge,
      ...(draft.criteria.trim() === '' ? {} : { criteria: draft.criteria }),
      ...(draft.budget === '' ? {} : { budget_usd: Number(draft.budget) }),
    });
    if (run !== undefined) goTo(`/evaluations/runs/${run.id}`);
  };
  return (
    <Form label="Judge" submit="Judge" onSubmit={submit} isSending={begin.isRunning} problem={begin.problem}>
      <TextInput
        label="Judge"
        description="A model or route, best of another family than those that answered"
        required
        value={draft.judge}
        onChange={(event) => setDraft({ ...draft, judge: event.currentTarget.value })}
        data-autofocus
      />
      <Textarea
        label="What counts"
        placeholder="The answer helps more."
        autosize
        minRows={2}
        value={draft.criteria}
        onChange={(event) => setDraft({ ...draft, criteria: event.currentTarget.value })}
      />
      <NumberInput
        label="Stop at, USD"
        min={0.000001}
        value={draft.budget}
        onChange={(budget) => setDraft({ ...draft, budget })}
      />
    </Form>
  );
}
