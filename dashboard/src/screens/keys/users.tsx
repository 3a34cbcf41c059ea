import { TextInput } from '@mantine/core';
import type { UserObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import { useQueryParameter } from '../../parts/location.ts';
import { Section } from '../../parts/section.tsx';
import { type LimitDraft, limitsOf } from './key-draft.ts';
import { LimitFields } from './limit-fields.tsx';
import { LimitsInUse } from './limits-in-use.tsx';

/** Limits of one end user: looked up by their label, set for them alone. */
export function Users() {
  const [user, setUser] = useQueryParameter('user');
  const [typed, setTyped] = useState(user);
  const mayOperate = useMay('operate');
  return (
    <Section title="End users" lead="A user is a label that calls carry; each can have limits of their own.">
      <Form label="Look up a user" submit="Look up" onSubmit={() => setUser(typed.trim())} inline>
        <TextInput
          label="User"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          placeholder="as in x-user-id"
        />
      </Form>
      {user === '' ? null : (
        <>
          <LimitsInUse userId={user} />
          {mayOperate ? <SetUser key={user} id={user} /> : null}
        </>
      )}
    </Section>
  );
}

function SetUser({ id }: { readonly id: string }) {
  const [tier, setTier] = useState('');
  const [limits, setLimits] = useState<LimitDraft>({});
  const put = useAct<Record<string, unknown>, UserObject>(
    (body) => [`PUT /api/v1/users/${encodeURIComponent(id)}`, body],
    {
      refresh: ['/api/v1/limits'],
      done: `Limits of ${id} are set`,
    },
  );
  return (
    <Section title={`Limits of ${id}`} lead="What is left empty is the tier's, or the configuration's." framed>
      <Form
        label={`Limits of ${id}`}
        submit="Set them"
        onSubmit={() => put.run({ tier: tier === '' ? null : tier, limits: limitsOf(limits) })}
        isSending={put.isRunning}
        problem={put.problem}
      >
        <Fields>
          <TextInput
            label="Tier"
            value={tier}
            onChange={(event) => setTier(event.currentTarget.value)}
            placeholder="one of limits.tiers"
          />
        </Fields>
        <LimitFields draft={limits} set={setLimits} />
      </Form>
    </Section>
  );
}
