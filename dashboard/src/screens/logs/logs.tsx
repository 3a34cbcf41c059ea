import { TextInput } from '@mantine/core';
import type { LogServiceObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { countOf } from '../../parts/count-of.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { Form } from '../../parts/form.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { goTo, usePlace } from '../../parts/location.ts';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { OneService } from './one-service.tsx';
import { SERVICES, useHistory, useServices } from './reads.ts';

/** `/logs` and `/logs/<service>`. */
export function Logs() {
  const [, service] = usePlace().segments;
  return service === undefined ? <Services /> : <OneService key={service} name={service} />;
}

function Services() {
  const services = useServices();
  const mayDevelop = useMay('develop');
  const [name, setName] = useState('');
  const register = useAct<{ name: string }>(`POST ${SERVICES}`, { refresh: [SERVICES] });
  return (
    <Page title="Logs" lead="Which lines of your services are kept, why, and what that saves. Errors are always kept.">
      <Loaded of={services}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No service's logs are sampled yet.">
              <p>
                Name a service, give Weir some of its lines, and see which patterns fill them and what a policy would
                save.
              </p>
            </Empty>
          ) : (
            <>
              <Figures>
                <Figure
                  label="Services with a policy in force"
                  value={formatCount(data.filter(({ is_active }) => is_active).length)}
                  note={`of ${formatCount(data.length)}`}
                />
              </Figures>
              <DataTable
                label="Services"
                columns={COLUMNS}
                rows={data}
                rowKey={({ id }) => String(id)}
                href={(service) => `/logs/${encodeURIComponent(service.name)}`}
              />
            </>
          )
        }
      </Loaded>
      {mayDevelop ? (
        <Section title="Another service">
          <Form
            label="Another service"
            submit="Add it"
            inline
            onSubmit={async () => {
              if ((await register.run({ name: name.trim() })) !== undefined)
                goTo(`/logs/${encodeURIComponent(name.trim())}`);
            }}
            isSending={register.isRunning}
            problem={register.problem}
          >
            <TextInput
              label="Name of the service"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              placeholder="checkout"
            />
          </Form>
        </Section>
      ) : null}
    </Page>
  );
}

const COLUMNS: readonly Column<LogServiceObject>[] = [
  { name: 'Service', value: ({ name }) => name },
  {
    name: 'State',
    value: ({ is_active, full_fidelity_until, boosts }) =>
      full_fidelity_until !== null ? (
        <Health level="warn">keeps everything for now</Health>
      ) : boosts.length > 0 ? (
        <Health level="warn">{countOf(boosts.length, 'boost')}</Health>
      ) : (
        <Health level={is_active ? 'good' : 'quiet'}>{is_active ? 'sampled' : 'keeps everything'}</Health>
      ),
  },
  {
    name: 'Policy',
    align: 'right',
    value: ({ policy_version }) => (policy_version === null ? 'none' : `version ${policy_version}`),
    onPhone: false,
  },
  { name: 'Kept', align: 'right', value: ({ name, is_active }) => (is_active ? <Kept of={name} /> : '100%') },
];

function Kept({ of }: { readonly of: string }) {
  const active = useHistory(of).data?.data.find(({ is_active }) => is_active);
  return active === undefined || active.window.bytes === 0
    ? '–'
    : formatShare(active.window.kept_bytes / active.window.bytes);
}
