import type { CredentialObject } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { CREDENTIALS, useCredentials } from './reads.ts';

/** Stored credentials, without what is secret of them. */
export function Credentials() {
  const credentials = useCredentials();
  const mayOperate = useMay('operate');
  const remove = useAct((of: CredentialObject) => `DELETE ${CREDENTIALS}/${of.id}`, {
    refresh: [CREDENTIALS, '/healthz'],
    done: 'The credential is deleted',
  });
  const deleteColumn: Column<CredentialObject> = {
    name: 'Delete',
    align: 'right',
    value: (credential) => (
      <ConfirmButton
        label="Delete"
        question={`Delete the credential of ${credential.provider}?`}
        consequence="Calls that used it fall back to the project's or the server's, or fail."
        onConfirm={() => remove.run(credential)}
      />
    ),
  };
  const columns: readonly Column<CredentialObject>[] = [
    { name: 'Provider', value: ({ provider }) => provider },
    { name: 'Ends in', value: ({ last4 }) => <code>…{last4}</code> },
    { name: 'For', value: ({ scope, project_id, user_id }) => user_id ?? project_id ?? scope, onPhone: false },
    { name: 'Sent to', value: ({ origin }) => origin, onPhone: false },
    {
      name: 'State',
      value: ({ usable }) => <Health level={usable ? 'good' : 'bad'}>{usable ? 'usable' : 'cannot be used'}</Health>,
      onPhone: false,
    },
    { name: 'Stored', align: 'right', value: ({ created_at }) => <When at={created_at} />, onPhone: false },
    ...(mayOperate ? [deleteColumn] : []),
  ];
  return (
    <Section
      title="Stored credentials"
      lead="A user's comes first, then the project's, then the server's and those of the configuration."
    >
      <Problem of={remove.problem} />
      <Loaded of={credentials}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="None is stored here.">
              <p>Those of the configuration file and the environment are used; what is added here comes before them.</p>
            </Empty>
          ) : (
            <DataTable label="Stored credentials" columns={columns} rows={data} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
    </Section>
  );
}
