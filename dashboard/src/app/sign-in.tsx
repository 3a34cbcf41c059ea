import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ServerProblem } from '../api/server-problem.ts';
import { signIn } from '../api/session.ts';
import { Brand } from './brand.tsx';
import classes from './sign-in.module.css';

/** Takes a Weir key for a session. The key is sent once and kept nowhere in the browser. */
export function SignIn() {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  document.title = 'Sign in · Weir';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() === '') return setProblem('Paste a key first.');
    setIsSending(true);
    setProblem(undefined);
    try {
      await signIn(key.trim());
    } catch (error) {
      setProblem((error as ServerProblem).message);
      setIsSending(false);
    }
  };

  return (
    <main className={classes.page}>
      <form className={classes.form} onSubmit={(event) => void submit(event)}>
        <Brand />
        <h1 className={classes.title}>Sign in</h1>
        <PasswordInput
          label="Weir key"
          placeholder="weir_…"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={problem}
          autoFocus
          autoComplete="current-password"
          spellCheck={false}
          size="md"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the key', tabIndex: 0 }}
        />
        <Button type="submit" size="md" loading={isSending} fullWidth>
          Sign in
        </Button>
        <p className={classes.hint}>
          The first start printed an admin key. Lost it? Start again with <code>WEIR_ADMIN_KEY</code> set to a new one.
        </p>
      </form>
    </main>
  );
}
