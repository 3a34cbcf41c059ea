import { Button, NativeSelect, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { usePolicy } from '../../api/use-policy.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { CustomGuardrails } from './custom-guardrails.tsx';
import { BUILT_IN, draftOf, type GuardPolicy, isSame, type ModeDraft, policyOf } from './guard-policy.ts';
import classes from './guardrails.module.css';
import { Judge } from './judge.tsx';

const MODES = [
  { value: '', label: 'as configured' },
  { value: 'off', label: 'off' },
  { value: 'monitor', label: 'monitor' },
  { value: 'redact', label: 'redact' },
  { value: 'block', label: 'block' },
];

/** What a project's guardrails do; whatever it leaves open is as the configuration says. */
export function Modes({ project }: { readonly project: string }) {
  const { policy, save, isSaving, problem } = usePolicy(project);
  return (
    <Loaded of={policy}>
      {(data) => {
        const own = (data.guardrails ?? {}) as GuardPolicy;
        const keep = (next: GuardPolicy) => save('guardrails', Object.keys(next).length === 0 ? undefined : next);
        return (
          <>
            <Section
              title="What happens"
              lead="Holds for the next call. As configured: the configuration file, else monitor on most APIs."
            >
              <BuiltIn key={JSON.stringify(own)} own={own} isSaving={isSaving} onSave={keep} />
              <Problem of={problem} />
            </Section>
            <CustomGuardrails own={own} onSave={keep} />
            <Judge key={`judge ${JSON.stringify(own.judge)}`} own={own} isSaving={isSaving} onSave={keep} />
          </>
        );
      }}
    </Loaded>
  );
}

function BuiltIn({
  own,
  isSaving,
  onSave,
}: {
  readonly own: GuardPolicy;
  readonly isSaving: boolean;
  readonly onSave: (next: GuardPolicy) => unknown;
}) {
  const mayOperate = useMay('operate');
  const [draft, setDraft] = useState(() => draftOf(own));
  const change = (name: string, to: Partial<ModeDraft>) =>
    setDraft({ ...draft, [name]: { ...(draft[name] as ModeDraft), ...to } });
  return (
    <form
      className={classes.modes}
      aria-label="Modes"
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(policyOf(own, draft));
      }}
    >
      <div className={classes.modeHead} aria-hidden="true">
        <span>Guardrail</span>
        <span>In requests</span>
        <span>In replies</span>
        <span>Counts from score</span>
      </div>
      {BUILT_IN.map(({ name, about }) => {
        const mode = draft[name] as ModeDraft;
        return (
          <div key={name} className={classes.mode}>
            <span>
              <strong>{name}</strong>
              <span className={classes.about}>{about}</span>
            </span>
            <NativeSelect
              label="In requests"
              classNames={{ label: classes.onPhone ?? '' }}
              aria-label={`${name} in requests`}
              data={MODES}
              value={mode.input}
              disabled={!mayOperate}
              onChange={(event) => change(name, { input: event.currentTarget.value })}
            />
            <NativeSelect
              label="In replies"
              classNames={{ label: classes.onPhone ?? '' }}
              aria-label={`${name} in replies`}
              data={MODES}
              value={mode.output}
              disabled={!mayOperate}
              onChange={(event) => change(name, { output: event.currentTarget.value })}
            />
            <NumberInput
              label="Counts from score"
              classNames={{ label: classes.onPhone ?? '' }}
              aria-label={`${name} counts from score`}
              placeholder="detector's own"
              value={mode.threshold}
              disabled={!mayOperate}
              onChange={(threshold) => change(name, { threshold })}
              min={0.01}
              max={1}
              step={0.05}
              decimalScale={2}
            />
          </div>
        );
      })}
      {mayOperate ? (
        <div>
          <Button type="submit" loading={isSaving} disabled={isSame(own, draft)}>
            Save modes
          </Button>
        </div>
      ) : null}
    </form>
  );
}
