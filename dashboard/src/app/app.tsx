import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useSession } from '../api/session.ts';
import { closeLive } from '../api/use-live.ts';
import { styleNonce } from '../parts/style-nonce.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { theme } from './theme.ts';

const client = new QueryClient({
  // What the server refuses once it refuses again: people see why, and ask again themselves.
  defaultOptions: { queries: { retry: false } },
});

/** The whole dashboard: the sign-in page, or the screens of whoever is signed in. */
export function App() {
  return (
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
        {/* Above dialogs (200), below what somebody opens to choose from (300): on a phone they meet. */}
        <Notifications position="bottom-right" zIndex={250} />
        <Gate />
      </MantineProvider>
    </QueryClientProvider>
  );
}

function Gate() {
  const session = useSession();
  useEffect(() => {
    if (session !== null) return;
    client.clear();
    closeLive();
  }, [session]);
  return session === null ? <SignIn /> : <Shell />;
}
