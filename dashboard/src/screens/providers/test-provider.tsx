import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useAct } from '../../api/use-act.ts';
import { Form } from '../../parts/form.tsx';
import { formatDuration } from '../../parts/format-duration.ts';
import { Health } from '../../parts/health.tsx';

/** One small paid call, through the whole path, to see whether a provider answers. */
export function TestProvider({ provider, models }: { readonly provider: string; readonly models: readonly string[] }) {
  const [model, setModel] = useState(models[0] ?? '');
  const [tookMs, setTookMs] = useState<number>();
  const call = useAct<string>(
    (name) => [
      'POST /api/v1/llm/chat',
      {
        model: `${provider}/${name}`,
        messages: [{ role: 'user', content: 'Say ok.' }],
        max_tokens: 16,
        user_id: 'dashboard',
      },
    ],
    { refresh: ['/healthz'] },
  );
  const test = async () => {
    setTookMs(undefined);
    const startedMs = performance.now();
    if ((await call.run(model)) !== undefined) setTookMs(performance.now() - startedMs);
  };
  return (
    <Form
      label={`Test ${provider}`}
      submit="Test it"
      inline
      onSubmit={test}
      isSending={call.isRunning}
      problem={call.problem}
    >
      <NativeSelect
        label="Model to test"
        description="One call of 16 tokens at most"
        value={model}
        onChange={(event) => setModel(event.currentTarget.value)}
        data={[...models]}
      />
      {tookMs === undefined ? null : <Health level="good">answered in {formatDuration(tookMs)}</Health>}
    </Form>
  );
}
