/**
 * What an instance reads from in families other than the log: it opens its connections when it starts, closes or loses them when it
 * stops or dies, and may ask for more whenever it looks.
 */
import { pollAmqpFeeds } from '../amqp/feeds.ts';
import { breakSilence, dismissAmqpFeeds, loseAmqpFeeds, openAmqpFeeds, watchSilence } from '../amqp/sessions.ts';
import type { Family } from '../ledger/subscription.ts';
import { loseSqsFeeds, openSqsFeeds, pollSqsFeeds } from '../sqs/feeds.ts';
import type { Run } from '../state.ts';
import { closePoller, leaveTables, openPoller, pollersOf } from '../table/poller.ts';

/** The instance is up: it connects. */
export function openFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'amqp':
      return openAmqpFeeds(run, index);
    case 'sqs':
      return openSqsFeeds(run, index);
    case 'table':
      for (const poller of pollersOf(run, index)) openPoller(run, poller);
      return;
    case 'log':
  }
}

/** Its process has died: connections break, and brokers notice as they do. What it holds is dropped one by one (`dropDelivery`). */
export function loseFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'amqp':
      return loseAmqpFeeds(run, index);
    case 'sqs':
      return loseSqsFeeds(run, index);
    case 'table':
      for (const poller of pollersOf(run, index)) closePoller(run, poller, 'later');
      return;
    case 'log':
  }
}

/** It had died, and now does not come back. */
export function dismissFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'amqp':
      return dismissAmqpFeeds(run, index);
    case 'log':
    case 'sqs':
    case 'table':
  }
}

/**
 * It has looked at what it was given: it may ask for more. One that is leaving (`leaving`) asks for nothing, and once nothing of it is
 * unfinished it closes its connections in good order and is `stopped`.
 */
export function pollFeeds(run: Run, family: Family, index: number): void {
  switch (family) {
    case 'amqp':
      return pollAmqpFeeds(run, index);
    case 'sqs':
      return pollSqsFeeds(run, index);
    case 'table':
      return leaveTables(run, index);
    case 'log':
  }
}

/** The instance is frozen, and says nothing any more; or it is thawed, and goes on where it was, if its brokers let it. */
export function freezeFeeds(run: Run, family: Family, index: number, frozen: boolean): void {
  switch (family) {
    case 'amqp':
      if (frozen) watchSilence(run, index);
      else breakSilence(run, index);
      return;
    case 'log':
    case 'sqs':
    case 'table':
  }
}
