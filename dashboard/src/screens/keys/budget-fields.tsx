import { Checkbox, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { Fields } from '../../parts/form.tsx';
import type { BudgetDraft } from './key-draft.ts';

const PERIODS = [
  { value: 'day', label: 'a day' },
  { value: 'week', label: 'a week' },
  { value: 'month', label: 'a month' },
  { value: 'total', label: 'in all' },
];
const ON_EXCEED = [
  { value: 'stop', label: 'refuse the call' },
  { value: 'pause', label: 'ask a person' },
  { value: 'degrade', label: 'use a cheaper model' },
];

/** The terms of a budget. */
export function BudgetFields({
  draft,
  set,
  lead,
  isRequired = false,
}: {
  readonly draft: BudgetDraft;
  readonly set: (draft: BudgetDraft) => void;
  readonly lead?: string;
  readonly isRequired?: boolean;
}) {
  const change = <Name extends keyof BudgetDraft>(name: Name, value: BudgetDraft[Name]) =>
    set({ ...draft, [name]: value });
  return (
    <Fields title="Budget" lead={lead}>
      <NumberInput
        label="US dollars"
        value={draft.usd}
        onChange={(value) => change('usd', value)}
        min={0}
        decimalScale={6}
        hideControls
        required={isRequired}
        placeholder="none"
      />
      <NativeSelect
        label="Per"
        value={draft.period}
        onChange={(event) => change('period', event.currentTarget.value as BudgetDraft['period'])}
        data={PERIODS}
      />
      <NativeSelect
        label="When it is used up"
        value={draft.onExceed}
        onChange={(event) => change('onExceed', event.currentTarget.value as BudgetDraft['onExceed'])}
        data={ON_EXCEED}
      />
      {draft.onExceed === 'degrade' ? (
        <TextInput
          label="Cheaper model"
          value={draft.degradeTo}
          onChange={(event) => change('degradeTo', event.currentTarget.value)}
          placeholder="provider/model or a route"
          required
        />
      ) : null}
      <TextInput
        label="Tell at (percent)"
        value={draft.alertAt}
        onChange={(event) => change('alertAt', event.currentTarget.value)}
        placeholder="50, 80, 100"
      />
      <NumberInput
        label="A call dearer than (USD) asks"
        value={draft.approveAboveUsd}
        onChange={(value) => change('approveAboveUsd', value)}
        min={0}
        decimalScale={6}
        hideControls
        placeholder="never"
      />
      <Checkbox
        label="Only report, refuse nothing"
        checked={draft.shadow}
        onChange={(event) => change('shadow', event.currentTarget.checked)}
        mt={30}
      />
    </Fields>
  );
}
