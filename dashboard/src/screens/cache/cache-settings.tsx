import { Button, NativeSelect, NumberInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { usePolicy } from '../../api/use-policy.ts';
import { Fields } from '../../parts/form.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './cache.module.css';

/** The section `cache` of a project's policy. */
interface CachePolicy {
  readonly enabled?: boolean;
  readonly ttl_s?: number;
  readonly semantic?: { readonly enabled?: boolean; readonly threshold?: number };
}

const WHETHER = [
  { value: '', label: 'as configured' },
  { value: 'true', label: 'yes' },
  { value: 'false', label: 'no' },
];

/** Who uses the cache, for how long, and whether a request that means the same counts. */
export function CacheSettings({ project }: { readonly project: string }) {
  const { policy, save, isSaving, problem } = usePolicy(project);
  return (
    <Section
      title="Settings"
      lead={`For calls of ${project} when neither the request, nor its key, nor its route say.`}
    >
      <Loaded of={policy}>
        {({ cache }) => (
          <SettingsForm
            key={JSON.stringify(cache)}
            own={(cache ?? {}) as CachePolicy}
            isSaving={isSaving}
            onSave={(next) => save('cache', next)}
          />
        )}
      </Loaded>
      <Problem of={problem} />
    </Section>
  );
}

function SettingsForm({
  own,
  isSaving,
  onSave,
}: {
  readonly own: CachePolicy;
  readonly isSaving: boolean;
  readonly onSave: (next: CachePolicy | undefined) => unknown;
}) {
  const mayOperate = useMay('operate');
  const [draft, setDraft] = useState(() => draftOf(own));
  const change = (to: Partial<typeof draft>) => setDraft({ ...draft, ...to });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSave(policyOf(draft));
  };
  return (
    <form className={classes.form} aria-label="Settings of the cache" onSubmit={submit}>
      <Fields>
        <NativeSelect
          label="Calls use it"
          data={WHETHER}
          value={draft.enabled}
          disabled={!mayOperate}
          onChange={(event) => change({ enabled: event.currentTarget.value })}
        />
        <NumberInput
          label="Replies are given for, seconds"
          placeholder="as configured"
          min={1}
          value={draft.ttl}
          disabled={!mayOperate}
          onChange={(ttl) => change({ ttl })}
        />
        <NativeSelect
          label="Also by meaning"
          data={WHETHER}
          value={draft.semantic}
          disabled={!mayOperate}
          onChange={(event) => change({ semantic: event.currentTarget.value })}
        />
        <NumberInput
          label="Least likeness, 0 to 1"
          placeholder="as configured"
          min={0.01}
          max={1}
          step={0.01}
          decimalScale={3}
          value={draft.threshold}
          disabled={!mayOperate}
          onChange={(threshold) => change({ threshold })}
        />
      </Fields>
      {mayOperate ? (
        <div>
          <Button type="submit" loading={isSaving} disabled={JSON.stringify(draft) === JSON.stringify(draftOf(own))}>
            Save
          </Button>
        </div>
      ) : null}
    </form>
  );
}

interface Draft {
  readonly enabled: string;
  readonly ttl: number | string;
  readonly semantic: string;
  readonly threshold: number | string;
}

function draftOf({ enabled, ttl_s, semantic }: CachePolicy): Draft {
  return {
    ...{ enabled: String(enabled ?? ''), ttl: ttl_s ?? '' },
    ...{ semantic: String(semantic?.enabled ?? ''), threshold: semantic?.threshold ?? '' },
  };
}

/** Undefined when the form says nothing. */
function policyOf({ enabled, ttl, semantic, threshold }: Draft): CachePolicy | undefined {
  const meaning = {
    ...(semantic === '' ? {} : { enabled: semantic === 'true' }),
    ...(threshold === '' ? {} : { threshold: Number(threshold) }),
  };
  const policy = {
    ...(enabled === '' ? {} : { enabled: enabled === 'true' }),
    ...(ttl === '' ? {} : { ttl_s: Number(ttl) }),
    ...(Object.keys(meaning).length === 0 ? {} : { semantic: meaning }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}
