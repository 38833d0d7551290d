/** The page's entry. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../ui/styles.ts';
import { App } from './App.tsx';
import { start } from './startup.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element to draw in.');
start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
