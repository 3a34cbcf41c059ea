import { Button, Modal } from '@mantine/core';
import type { PromptLabelObject, PromptVersionObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { type LabelAction, LabelActions } from './label-actions.tsx';
import { LabelHistory } from './label-history.tsx';
import { LabelRules } from './label-rules.tsx';
import { MoveLabel } from './move-label.tsx';
import { PROMPTS, promptPath, shownTargets, useLabels } from './reads.ts';

/** What is open in front of the labels. */
interface Opened {
  readonly action: LabelAction;
  /** Absent: a label that is named there. */
  readonly of?: PromptLabelObject;
}

const FORMS: { readonly [Action in LabelAction]?: string } = {
  move: 'Move a label',
  rules: 'Rules of a label',
  history: 'History of a label',
};
const QUESTIONS: { readonly [Action in LabelAction]?: { readonly label: string; readonly consequence: string } } = {
  rollback: {
    label: 'Roll back',
    consequence: 'It points again at what it pointed at before; no gate holds that up.',
  },
  remove: {
    label: 'Take away',
    consequence: 'It points nowhere until it is moved; calls that name it are refused.',
  },
};

/** Which version is in force, for whom, and who said so. */
export function Labels({
  project,
  name,
  versions,
}: {
  readonly project: string;
  readonly name: string;
  readonly versions: readonly PromptVersionObject[];
}) {
  const labels = useLabels(name, project);
  const mayDevelop = useMay('develop');
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const act = useAct<Opened>(
    ({ action, of }) => {
      const one = `/labels/${encodeURIComponent(of?.label ?? '')}`;
      return action === 'remove'
        ? `DELETE ${promptPath(name, project, one)}`
        : [`POST ${promptPath(name, project, `${one}/rollback`)}`, {}];
    },
    { refresh: [PROMPTS] },
  );
  const asked = opened === undefined ? undefined : QUESTIONS[opened.action];
  const columns: readonly Column<PromptLabelObject>[] = [
    { name: 'Label', value: ({ label }) => label },
    { name: 'Points at', value: ({ versions: targets }) => shownTargets(targets) },
    { name: 'Asks for', onPhone: false, value: (label) => shownRules(label) },
    {
      name: '',
      align: 'right',
      value: (label) => <LabelActions of={label} onChoose={(action) => setOpened({ action, of: label })} />,
    },
  ];
  return (
    <Section
      title="Labels"
      lead="Calls name a label; moving it changes them at once."
      action={
        mayDevelop ? (
          <Button size="xs" variant="default" onClick={() => setOpened({ action: 'move' })}>
            Set a label
          </Button>
        ) : undefined
      }
    >
      <Problem of={act.problem} />
      <Loaded of={labels}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title="No label yet.">
              <p>Without one, calls get the latest version. Set production, and new versions wait until you move it.</p>
            </Empty>
          ) : (
            <DataTable label="Labels" columns={columns} rows={data} rowKey={({ label }) => label} />
          )
        }
      </Loaded>
      <InFront opened={opened} onClose={close} {...{ project, name, versions }} />
      <ConfirmDialog
        isOpen={asked !== undefined}
        onClose={close}
        label={asked?.label ?? ''}
        question={`${asked?.label} ${opened?.of?.label}?`}
        consequence={asked?.consequence}
        onConfirm={() => (opened === undefined ? undefined : act.run(opened))}
      />
    </Section>
  );
}

/** The form of an action, or what is known of the label. */
function InFront({
  opened,
  onClose,
  project,
  name,
  versions,
}: {
  readonly opened: Opened | undefined;
  readonly onClose: () => void;
  readonly project: string;
  readonly name: string;
  readonly versions: readonly PromptVersionObject[];
}) {
  const title = opened === undefined ? undefined : FORMS[opened.action];
  const label = opened?.of;
  return (
    <Modal
      opened={title !== undefined}
      onClose={onClose}
      title={title}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened?.action === 'move' ? (
        <MoveLabel {...{ project, name, versions }} label={label?.label ?? ''} onDone={onClose} />
      ) : label === undefined ? null : opened?.action === 'rules' ? (
        <LabelRules {...{ project, name, label }} onDone={onClose} />
      ) : opened?.action === 'history' ? (
        <LabelHistory {...{ project, name }} label={label.label} />
      ) : null}
    </Modal>
  );
}

function shownRules({ protected: isProtected, gate }: PromptLabelObject): string {
  const rules = [
    ...(isProtected ? ['an operator'] : []),
    ...(gate === null ? [] : [`${gate.require === 'better' ? 'better' : 'not worse'} on ${gate.dataset}`]),
  ];
  return rules.length === 0 ? '–' : rules.join(', ');
}
