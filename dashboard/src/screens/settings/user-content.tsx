import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { useAct } from '../../api/use-act.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { countOf } from '../../parts/count-of.ts';
import { Problem } from '../../parts/problem.tsx';
import { Section } from '../../parts/section.tsx';
import classes from './user-content.module.css';

/** Erases everything that is kept of what an end user said. */
export function UserContent() {
  const [user, setUser] = useState('');
  const erase = useAct<string, { erased: number }>((id) => `DELETE /api/v1/users/${encodeURIComponent(id)}/content`);
  if (!useMay('operate')) return null;
  return (
    <Section
      title="Forget an end user"
      lead="Prompts, replies, conversations and files of one user; usage records stay, without content."
    >
      <div className={classes.row}>
        <TextInput
          label="User to forget"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          placeholder="as in x-user-id"
        />
        <ConfirmButton
          size="sm"
          label="Erase"
          disabled={user.trim() === ''}
          question={`Erase what ${user} said?`}
          consequence="It cannot be brought back."
          onConfirm={() => erase.run(user.trim())}
        />
      </div>
      <Problem of={erase.problem} />
      {erase.reply === undefined ? null : <p role="status">Erased: {countOf(erase.reply.erased, 'thing')}.</p>}
    </Section>
  );
}
