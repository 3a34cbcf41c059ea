import type { KeyObject } from '@weir/contract';
import { useState } from 'react';
import { useSession } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { CopyCode } from '../../parts/copy-code.tsx';
import { curlOf } from '../../parts/curl-of.ts';
import { Form } from '../../parts/form.tsx';
import { Link } from '../../parts/link.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { EMPTY_DRAFT, newKeyOf } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';
import { BUDGETS, KEYS, useModelNames } from './reads.ts';

type CreatedKey = KeyObject & { readonly key: string };

export function NewKey() {
  const create = useAct<Record<string, unknown>, CreatedKey>(`POST ${KEYS}`, { refresh: [KEYS, BUDGETS] });
  const project = useSession()?.project_id ?? EMPTY_DRAFT.projectId;
  const [draft, setDraft] = useState({ ...EMPTY_DRAFT, projectId: project });
  if (create.reply !== undefined) return <MadeKey made={create.reply} />;
  return (
    <Page title="Create a key" lead="A name is enough. What is left empty is not bounded.">
      <Form
        label="New key"
        submit="Create the key"
        onSubmit={() => create.run(newKeyOf(draft))}
        isSending={create.isRunning}
        problem={create.problem}
        aside={<Link href="/keys">Back to the keys</Link>}
      >
        <KeyFields draft={draft} set={setDraft} isNew />
      </Form>
    </Page>
  );
}

/** The only place that ever shows the key, with a call that works as it stands. */
function MadeKey({ made }: { readonly made: CreatedKey }) {
  const [model] = useModelNames();
  const allowed = made.routes?.[0] ?? made.models?.[0] ?? model;
  return (
    <Page title={`${made.name} is made`} lead="Copy the key now: it is shown this once and kept nowhere.">
      <Section title="The key" framed>
        <CopyCode label="key" code={made.key} />
      </Section>
      {made.role !== 'inference' ? null : allowed === undefined ? (
        <p>
          No provider has a key yet, so no call can be answered. <Link href="/providers">Add a credential</Link> first.
        </p>
      ) : (
        <Section title="A first call" lead="Paste it into a terminal.">
          <CopyCode label="curl" code={curlOf({ origin: location.origin, model: allowed, key: made.key })} />
        </Section>
      )}
      <p>
        <Link href={`/keys/${made.id}`}>Its limits and budget</Link> · <Link href="/requests">See the call arrive</Link>{' '}
        · <Link href="/keys">All keys</Link>
      </p>
    </Page>
  );
}
