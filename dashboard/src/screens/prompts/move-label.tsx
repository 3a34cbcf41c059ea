import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { PromptVersionObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { Fields, Form } from '../../parts/form.tsx';
import { PROMPTS, promptPath } from './reads.ts';

/** Points a label at a version, or at two with their shares of the calls. */
export function MoveLabel({
  project,
  name,
  versions,
  label: given,
  onDone,
}: {
  readonly project: string;
  readonly name: string;
  readonly versions: readonly PromptVersionObject[];
  /** '': a label that is named here. */
  readonly label: string;
  readonly onDone: () => void;
}) {
  const mayOperate = useMay('operate');
  const newest = String(versions[0]?.version ?? 1);
  const [draft, setDraft] = useState({
    ...{ label: given === '' ? 'production' : given, version: newest, second: '', reason: '', override: false },
    share: 10 as number | string,
  });
  const change = (to: Partial<typeof draft>) => setDraft({ ...draft, ...to });
  const move = useAct<object>(
    (body) => [`PUT ${promptPath(name, project, `/labels/${encodeURIComponent(draft.label)}`)}`, body],
    { refresh: [PROMPTS], done: 'Moved' },
  );
  const submit = async () => {
    const share = Number(draft.share);
    const target =
      draft.second === ''
        ? { version: Number(draft.version) }
        : {
            versions: [
              { version: Number(draft.version), weight: 100 - share },
              { version: Number(draft.second), weight: share },
            ],
          };
    const { reason, override } = draft;
    const body = { ...target, ...(reason === '' ? {} : { reason }), ...(override ? { override } : {}) };
    if ((await move.run(body)) !== undefined) onDone();
  };
  const options = versions.map(({ version, message }) => ({
    value: String(version),
    label: message === '' ? String(version) : `${version}: ${message}`,
  }));
  return (
    <Form label="Move a label" submit="Move" onSubmit={submit} isSending={move.isRunning} problem={move.problem}>
      <Fields>
        <TextInput
          label="Label"
          required
          value={draft.label}
          readOnly={given !== ''}
          onChange={(event) => change({ label: event.currentTarget.value })}
        />
        <NativeSelect
          label="To version"
          value={draft.version}
          onChange={(event) => change({ version: event.currentTarget.value })}
          data={options}
          data-autofocus
        />
        <NativeSelect
          label="And for some calls"
          value={draft.second}
          onChange={(event) => change({ second: event.currentTarget.value })}
          data={[{ value: '', label: 'no other' }, ...options.filter(({ value }) => value !== draft.version)]}
        />
        {draft.second === '' ? null : (
          <NumberInput
            label="Its share, %"
            min={1}
            max={99}
            value={draft.share}
            onChange={(share) => change({ share })}
          />
        )}
        <TextInput
          label="Why"
          value={draft.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
      </Fields>
      {mayOperate ? (
        <Switch
          label="Against its gate; needs a reason"
          checked={draft.override}
          onChange={(event) => change({ override: event.currentTarget.checked })}
        />
      ) : null}
    </Form>
  );
}
