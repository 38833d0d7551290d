/**
 * What an instance reads from in families other than the log: it opens its connections when it starts, closes or loses them when it
 * stops or dies, and may ask for more whenever it looks.
 */
import type { Family } from '../ledger/subscription.ts';
import { loseSqsFeeds, openSqsFeeds, pollSqsFeeds } from '../sqs/feeds.ts';
import type { Run } from '../state.ts';

/** The instance is up: it connects. */
export function openFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'sqs':
      return openSqsFeeds(run, index);
    case 'log':
    case 'amqp':
    case 'table':
  }
}

/** Its process has died: connections break, and brokers notice as they do. What it holds is dropped one by one (`dropDelivery`). */
export function loseFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'sqs':
      return loseSqsFeeds(run, index);
    case 'log':
    case 'amqp':
    case 'table':
  }
}

/**
 * It has looked at what it was given: it may ask for more. One that is leaving (`leaving`) asks for nothing, and once nothing of it is
 * unfinished it closes its connections in good order and is `stopped`.
 */
export function pollFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'sqs':
      return pollSqsFeeds(run, index);
    case 'log':
    case 'amqp':
    case 'table':
  }
}
