import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useProviderHealth } from '../../api/provider-health.ts';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import { Section } from '../../parts/section.tsx';
import { CREDENTIALS } from './reads.ts';

const SCOPES = [
  ['project', 'this project', 'develop'],
  ['user', 'one end user', 'develop'],
  ['server', 'the whole server', 'admin'],
] as const;

/** Stores a credential in the place of the one its owner had: adding and rotating are the same. */
export function AddCredential({
  onDone,
  provider: given,
}: {
  readonly onDone: () => void;
  readonly provider?: string;
}) {
  const names = Object.keys(useProviderHealth().data?.components.llm_providers ?? {});
  const isAdmin = useMay('admin');
  const mayOperate = useMay('operate');
  const [provider, setProvider] = useState(given ?? '');
  const [secret, setSecret] = useState('');
  const [scope, setScope] = useState<string>('project');
  const [user, setUser] = useState('');
  const [baseUrl, setBaseUrl] = useState('');
  const chosen = provider === '' ? (names[0] ?? '') : provider;
  const add = useAct(() => requestOf({ provider: chosen, secret, scope, user, baseUrl, mayOperate }), {
    refresh: [CREDENTIALS, '/healthz', '/v1/'],
    done: `The credential of ${chosen} is stored`,
  });
  const save = async () => {
    if ((await add.run(undefined)) !== undefined) onDone();
  };
  return (
    <Section
      title="Add a credential"
      lead="It takes the place of the one its owner had. Only its last four characters are ever shown."
      framed
    >
      <Form label="Credential" submit="Store it" onSubmit={save} isSending={add.isRunning} problem={add.problem}>
        <Fields>
          <NativeSelect
            label="Provider"
            value={chosen}
            onChange={(event) => setProvider(event.currentTarget.value)}
            data={names}
          />
          <PasswordInput
            label="Secret"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            required
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the secret' }}
          />
          <NativeSelect
            label="For"
            value={scope}
            onChange={(event) => setScope(event.currentTarget.value)}
            data={SCOPES.filter(([, , may]) => may !== 'admin' || isAdmin).map(([value, label]) => ({ value, label }))}
          />
          {scope === 'user' ? (
            <TextInput
              label="Which user"
              value={user}
              onChange={(event) => setUser(event.currentTarget.value)}
              required
            />
          ) : null}
          {scope === 'server' ? (
            <TextInput
              label="Another address"
              value={baseUrl}
              onChange={(event) => setBaseUrl(event.currentTarget.value)}
              placeholder="the provider's own"
            />
          ) : null}
        </Fields>
      </Form>
    </Section>
  );
}

/** Developers store tokens of their project and its users; operators everything, admins the server's too. */
function requestOf(of: {
  readonly provider: string;
  readonly secret: string;
  readonly scope: string;
  readonly user: string;
  readonly baseUrl: string;
  readonly mayOperate: boolean;
}): readonly [string, unknown] {
  const { provider, secret, scope, baseUrl } = of;
  const user = scope === 'user' ? { user_id: of.user } : {};
  if (!of.mayOperate) return ['POST /api/v1/tokens', { provider, token: secret, ...user }];
  if (scope === 'server') {
    const body = { apiKey: secret, ...(baseUrl === '' ? {} : { baseURL: baseUrl }) };
    return [`POST /api/sampling/providers/${encodeURIComponent(provider)}/configure`, body];
  }
  return [`POST ${CREDENTIALS}`, { provider, secret, scope, ...user }];
}
