/** The faces of SQS and SNS, fetched together. */
export { SnsFace } from './SnsFace.tsx';
export { SqsFace } from './SqsFace.tsx';
