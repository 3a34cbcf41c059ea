import { Button, Modal } from '@mantine/core';
import type { PromptLabelObject, PromptVersionObject } from '@weir/contract';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import { LabelHistory } from './label-history.tsx';
import { LabelRules } from './label-rules.tsx';
import { MoveLabel } from './move-label.tsx';
import classes from './prompts.module.css';
import { PROMPTS, promptPath, shownTargets, useLabels } from './reads.ts';

/** What is open in front of the labels. */
type Opened =
  | { readonly what: 'move'; readonly label: string }
  | { readonly what: 'rules'; readonly label: PromptLabelObject }
  | { readonly what: 'history'; readonly label: string };

const TITLES = { move: 'Move a label', rules: 'Rules of a label', history: 'History of a label' } as const;

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
  const mayOperate = useMay('operate');
  const [opened, setOpened] = useState<Opened>();
  const close = () => setOpened(undefined);
  const act = useAct<{ label: string; how: 'rollback' | 'remove' }>(
    ({ label, how }) => {
      const one = `/labels/${encodeURIComponent(label)}`;
      return how === 'remove'
        ? `DELETE ${promptPath(name, project, one)}`
        : [`POST ${promptPath(name, project, `${one}/rollback`)}`, {}];
    },
    { refresh: [PROMPTS] },
  );
  const columns: readonly Column<PromptLabelObject>[] = [
    { name: 'Label', value: ({ label }) => label },
    { name: 'Points at', value: ({ versions: targets }) => shownTargets(targets) },
    { name: 'Asks for', onPhone: false, value: (label) => shownRules(label) },
    {
      name: '',
      align: 'right',
      value: (label) => (
        <span className={classes.buttons}>
          <Button size="compact-xs" variant="subtle" onClick={() => setOpened({ what: 'history', label: label.label })}>
            History
          </Button>
          {mayDevelop ? (
            <>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Move ${label.label}`}
                onClick={() => setOpened({ what: 'move', label: label.label })}
              >
                Move
              </Button>
              <ConfirmButton
                label="Roll back"
                aria-label={`Roll back ${label.label}`}
                size="compact-xs"
                className={classes.onDesk}
                question={`Roll back ${label.label}?`}
                consequence="It points again at what it pointed at before; no gate holds that up."
                onConfirm={() => act.run({ label: label.label, how: 'rollback' })}
              />
              <ConfirmButton
                label="Take away"
                aria-label={`Take away ${label.label}`}
                size="compact-xs"
                className={classes.onDesk}
                question={`Take away ${label.label}?`}
                consequence="It points nowhere until it is moved; calls that name it are refused."
                onConfirm={() => act.run({ label: label.label, how: 'remove' })}
              />
            </>
          ) : null}
          {mayOperate ? (
            <Button
              size="compact-xs"
              variant="default"
              className={classes.onDesk}
              aria-label={`Rules of ${label.label}`}
              onClick={() => setOpened({ what: 'rules', label })}
            >
              Rules
            </Button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <Section
      title="Labels"
      lead="Calls name a label; moving it changes them at once."
      action={
        mayDevelop ? (
          <Button size="xs" variant="default" onClick={() => setOpened({ what: 'move', label: '' })}>
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
      <Modal
        opened={opened !== undefined}
        onClose={close}
        title={opened === undefined ? '' : TITLES[opened.what]}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened?.what === 'move' ? (
          <MoveLabel project={project} name={name} versions={versions} label={opened.label} onDone={close} />
        ) : opened?.what === 'rules' ? (
          <LabelRules project={project} name={name} label={opened.label} onDone={close} />
        ) : opened?.what === 'history' ? (
          <LabelHistory project={project} name={name} label={opened.label} />
        ) : null}
      </Modal>
    </Section>
  );
}

function shownRules({ protected: isProtected, gate }: PromptLabelObject): string {
  const rules = [
    ...(isProtected ? ['an operator'] : []),
    ...(gate === null ? [] : [`${gate.require === 'better' ? 'better' : 'not worse'} on ${gate.dataset}`]),
  ];
  return rules.length === 0 ? '–' : rules.join(', ');
}
