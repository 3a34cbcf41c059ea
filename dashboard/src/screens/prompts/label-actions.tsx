import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { PromptLabelObject } from '@weir/contract';
import { useMay } from '../../api/session.ts';
import classes from './prompts.module.css';

/** What can be done with a label; each opens in front of the labels. */
export type LabelAction = 'history' | 'move' | 'rollback' | 'remove' | 'rules';

/** The actions that the session may do with a label: buttons side by side, on a phone a menu. */
export function LabelActions({
  of: label,
  onChoose,
}: {
  readonly of: PromptLabelObject;
  readonly onChoose: (action: LabelAction) => void;
}) {
  const mayDevelop = useMay('develop');
  const mayOperate = useMay('operate');
  const isWide = useMediaQuery('(min-width: 761px)', true, { getInitialValueInEffect: false });
  const mayMove = mayOperate || (mayDevelop && !label.protected);
  const name = label.label;
  const actions = [
    { action: 'history', word: 'History', about: `History of ${name}`, isMay: true },
    { action: 'move', word: 'Move', about: `Move ${name}`, isMay: mayMove },
    { action: 'rollback', word: 'Roll back', about: `Roll back ${name}`, isMay: mayDevelop },
    { action: 'remove', word: 'Take away', about: `Take away ${name}`, isMay: mayMove },
    { action: 'rules', word: 'Rules', about: `Rules of ${name}`, isMay: mayOperate },
  ] as const;
  const offered = actions.filter(({ isMay }) => isMay);
  if (isWide) {
    return (
      <span className={classes.buttons}>
        {offered.map(({ action, word, about }) => (
          <Button
            key={action}
            size="compact-xs"
            variant={action === 'history' ? 'subtle' : 'default'}
            aria-label={about}
            onClick={() => onChoose(action)}
          >
            {word}
          </Button>
        ))}
      </span>
    );
  }
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="compact-md" variant="default" aria-label={`Do with ${name}`}>
          ⋯
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map(({ action, about }) => (
          <Menu.Item key={action} onClick={() => onChoose(action)}>
            {about}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
