export { GuaranteesPanel } from './GuaranteesPanel.tsx';
