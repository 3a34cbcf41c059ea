import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Page } from '../../parts/page.tsx';
import { AddCredential } from './add-credential.tsx';
import { Credentials } from './credentials.tsx';
import { ProviderTable } from './provider-table.tsx';
import { Routes } from './routes.tsx';

/** Who answers calls, with which credentials, and how names lead to them. */
export function Providers() {
  const [isAdding, setIsAdding] = useState(false);
  const mayDevelop = useMay('develop');
  return (
    <Page
      title="Providers & credentials"
      lead="Who answers calls, with whose credentials, and how they are."
      action={
        mayDevelop ? (
          <Button onClick={() => setIsAdding(!isAdding)} aria-expanded={isAdding}>
            {isAdding ? 'Close' : 'Add a credential'}
          </Button>
        ) : null
      }
    >
      {isAdding ? <AddCredential onDone={() => setIsAdding(false)} /> : null}
      <ProviderTable />
      <Credentials />
      <Routes />
    </Page>
  );
}
