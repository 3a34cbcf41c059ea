import { NativeSelect, TagsInput, TextInput } from '@mantine/core';
import type { KeyObject } from '@weir/contract';
import { useSession } from '../../api/session.ts';
import { Fields } from '../../parts/form.tsx';
import { useProjects } from '../../parts/project-names.ts';
import { BudgetFields } from './budget-fields.tsx';
import type { KeyDraft } from './key-draft.ts';
import { LimitFields } from './limit-fields.tsx';
import { useModelNames } from './reads.ts';

/** Least first, as the server ranks them: nobody gives more than they have. */
const ROLES: readonly (readonly [role: KeyObject['role'], what: string])[] = [
  ['inference', 'calls models, nothing else'],
  ['viewer', 'sees everything'],
  ['developer', 'builds prompts and workflows'],
  ['operator', 'runs keys, budgets, approvals'],
  ['admin', 'everything, all projects'],
];

/** Everything a key can have. Role and project are chosen once. */
export function KeyFields({
  draft,
  set,
  isNew,
}: {
  readonly draft: KeyDraft;
  readonly set: (draft: KeyDraft) => void;
  readonly isNew: boolean;
}) {
  const change = <Name extends keyof KeyDraft>(name: Name, value: KeyDraft[Name]) => set({ ...draft, [name]: value });
  return (
    <>
      <Fields>
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => change('name', event.currentTarget.value)}
          placeholder="checkout-service"
          required
          autoFocus={isNew}
          maxLength={128}
        />
        {isNew ? <Place draft={draft} change={change} /> : null}
      </Fields>
      <LimitFields draft={draft.limits} set={(limits) => change('limits', limits)} />
      <BudgetFields draft={draft.budget} set={(budget) => change('budget', budget)} />
      <Scope draft={draft} change={change} />
    </>
  );
}

type Change = <Name extends keyof KeyDraft>(name: Name, value: KeyDraft[Name]) => void;

function Place({ draft, change }: { readonly draft: KeyDraft; readonly change: Change }) {
  const projects = useProjects();
  const own = useSession()?.role ?? 'viewer';
  const given = ROLES.slice(0, ROLES.findIndex(([role]) => role === own) + 1);
  return (
    <>
      <NativeSelect
        label="Role"
        value={draft.role}
        onChange={(event) => change('role', event.currentTarget.value)}
        data={given.map(([role, what]) => ({ value: role, label: `${role}: ${what}` }))}
      />
      {projects.length > 1 ? (
        <NativeSelect
          label="Project"
          value={draft.projectId}
          onChange={(event) => change('projectId', event.currentTarget.value)}
          data={projects.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
    </>
  );
}

function Scope({ draft, change }: { readonly draft: KeyDraft; readonly change: Change }) {
  const names = useModelNames();
  return (
    <Fields title="Scope" lead="Empty fields leave it free.">
      <TagsInput
        label="Models"
        value={[...draft.models]}
        onChange={(models) => change('models', models)}
        data={[...names]}
        limit={20}
      />
      <TagsInput label="Routes" value={[...draft.routes]} onChange={(routes) => change('routes', routes)} />
      <TagsInput
        label="Endpoints"
        value={[...draft.endpoints]}
        onChange={(endpoints) => change('endpoints', endpoints)}
        data={['/v1/chat/completions', '/v1/messages', '/v1/responses', '/v1/embeddings', '/v1/*']}
      />
      <NativeSelect
        label="Uses the reply cache"
        value={draft.cache}
        onChange={(event) => change('cache', event.currentTarget.value as KeyDraft['cache'])}
        data={['as configured', 'yes', 'no']}
      />
      <TextInput
        type="datetime-local"
        label="Ends"
        value={draft.expiresAt}
        onChange={(event) => change('expiresAt', event.currentTarget.value)}
      />
    </Fields>
  );
}
