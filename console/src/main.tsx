import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './console.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { consolePath, styleNonce } from './api/base';
import { toProblem } from './api/problem';
import { App } from './app';
import { session } from './session/session';
import { cssVariables, theme } from './theme';

// The scroll lock of dialogs inserts a style sheet.
setNonce(styleNonce);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Only failures that may pass are worth a repeat: a lost connection, or a server that restarts.
      retry: (failures, error) => {
        const { status } = toProblem(error);
        return failures < 3 && (status === 0 || status === 502 || status === 503);
      },
      staleTime: 5_000,
    },
  },
});

void session.resume();

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <Notifications position="bottom-right" limit={3} />
      <QueryClientProvider client={queries}>
        <Router base={consolePath}>
          <App />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
