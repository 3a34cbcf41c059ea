import { NumberInput } from '@mantine/core';
import { Fields } from '../../parts/form.tsx';
import { LIMITS, type LimitDraft } from './key-draft.ts';

/** Every limit there is; an empty field is none. */
export function LimitFields({
  draft,
  set,
  lead,
}: {
  readonly draft: LimitDraft;
  readonly set: (draft: LimitDraft) => void;
  readonly lead?: string;
}) {
  return (
    <Fields title="Limits" lead={lead}>
      {LIMITS.map(([name, label]) => (
        <NumberInput
          key={name}
          label={label}
          value={draft[name] ?? ''}
          onChange={(value) => set({ ...draft, [name]: value })}
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          hideControls
          placeholder="no limit"
        />
      ))}
    </Fields>
  );
}
