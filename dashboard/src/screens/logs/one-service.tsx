import { Button } from '@mantine/core';
import type { LogServiceObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { countOf } from '../../parts/count-of.ts';
import { Empty } from '../../parts/empty.tsx';
import { Figure, Figures } from '../../parts/figure.tsx';
import { formatCount } from '../../parts/format-count.ts';
import { formatShare } from '../../parts/format-share.ts';
import { Health } from '../../parts/health.tsx';
import { Link } from '../../parts/link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { When } from '../../parts/when.tsx';
import { formatBytes } from './format-bytes.ts';
import { MakePolicy } from './make-policy.tsx';
import { PolicyInForce } from './policy-in-force.tsx';
import { SERVICES, useHistory, useServices } from './reads.ts';
import { Versions } from './versions.tsx';

const HOUR_MS = 3_600_000;

/** A service: what is kept of its lines, by which policy, and how that came about. */
export function OneService({ name }: { readonly name: string }) {
  const services = useServices();
  return (
    <Loaded of={services}>
      {({ data }) => {
        const service = data.find((one) => one.name === name);
        return service === undefined ? (
          <Page title="No such service">
            <Empty title={`No service is called ${name}.`}>
              <Link href="/logs">All services</Link>
            </Empty>
          </Page>
        ) : (
          <Shown of={service} />
        );
      }}
    </Loaded>
  );
}

function Shown({ of: service }: { readonly of: LogServiceObject }) {
  const { name, is_active, full_fidelity_until, boosts } = service;
  const [isMaking, setIsMaking] = useState(false);
  const mayDevelop = useMay('develop');
  return (
    <Page
      title={name}
      lead={
        <>
          <Link href="/logs">Logs</Link> ·{' '}
          {is_active ? `sampled by version ${service.policy_version}` : 'no policy is in force: everything is kept'}
        </>
      }
      action={
        <>
          <KeepEverything of={service} />
          {mayDevelop ? (
            <Button onClick={() => setIsMaking(!isMaking)} aria-expanded={isMaking}>
              {isMaking ? 'Close' : 'Make a policy'}
            </Button>
          ) : null}
        </>
      }
    >
      <Saved of={service} />
      {full_fidelity_until === null ? null : (
        <Health level="warn">
          Everything is kept until <When at={full_fidelity_until} clock />
        </Health>
      )}
      {boosts.length === 0 ? null : (
        <Section title="Boosted now" lead="Something unusual happens, so more is kept for a while.">
          <ul>
            {boosts.map(({ pattern_id, reason, expires_at }) => (
              <li key={`${pattern_id} ${reason}`}>
                {pattern_id ?? 'the whole service'}: {reason.replaceAll('_', ' ')}, until <When at={expires_at} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {isMaking ? <MakePolicy service={name} onMade={() => setIsMaking(false)} /> : null}
      {is_active ? <PolicyInForce service={name} /> : null}
      <Versions service={name} />
    </Page>
  );
}

/** What the policy in force keeps of the lines it was tried on. */
function Saved({ of: { name, is_active } }: { readonly of: LogServiceObject }) {
  const active = useHistory(name).data?.data.find((version) => version.is_active);
  if (!is_active || active === undefined) return null;
  const { bytes, kept_bytes, lines, hours } = active.window;
  const share = bytes === 0 ? 1 : kept_bytes / bytes;
  return (
    <Figures>
      <Figure label="Kept" value={formatShare(share)} note={`${formatBytes(kept_bytes)} of ${formatBytes(bytes)}`} />
      <Figure
        label="Saved"
        value={`${formatBytes(((bytes - kept_bytes) / hours) * 24)} a day`}
        note={`${formatShare(1 - share)} of all bytes`}
      />
      <Figure label="Tried on" value={countOf(lines, 'line')} note={`of ${formatCount(hours)} h`} />
    </Figures>
  );
}

function KeepEverything({ of: { name, full_fidelity_until } }: { readonly of: LogServiceObject }) {
  const mayOperate = useMay('operate');
  const put = useAct<string | null>(
    (until) => [`PUT ${SERVICES}/${encodeURIComponent(name)}/full-fidelity`, { until }],
    {
      refresh: [SERVICES, '/api/v1/policies'],
    },
  );
  if (!mayOperate) return null;
  const next = full_fidelity_until === null ? new Date(Date.now() + HOUR_MS).toISOString() : null;
  return (
    <>
      <Button variant="default" loading={put.isRunning} onClick={() => void put.run(next)}>
        {full_fidelity_until === null ? 'Keep everything for an hour' : 'Sample again'}
      </Button>
      <Problem of={put.problem} />
    </>
  );
}
