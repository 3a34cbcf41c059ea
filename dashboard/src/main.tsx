import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { createRoot } from 'react-dom/client';
import { resumeSession } from './api/session.ts';
import { App } from './app/app.tsx';
import { styleNonce } from './parts/style-nonce.ts';

// Libraries inside Mantine that make style elements ask for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

// Until it is known who is signed in the page shows its mark, which an empty first picture would take away.
void resumeSession().then(() => {
  const root = document.getElementById('root');
  if (root !== null) createRoot(root).render(<App />);
});
