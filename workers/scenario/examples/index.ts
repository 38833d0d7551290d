/** The gallery, in the order shown. */
import { autoscaling } from './autoscaling.ts';
import { backpressure } from './backpressure.ts';
import { databaseAsAQueue } from './database-as-a-queue.ts';
import { brokerLoss } from './broker-loss.ts';
import type { Example } from './example.ts';
import { addingPartitions } from './adding-partitions.ts';
import { callersAndCrowds } from './callers-and-crowds.ts';
import { compactionAsATable } from './compaction-as-a-table.ts';
import { exchangeConsistentHash } from './exchange-consistent-hash.ts';
import { exchangeDeadEnds } from './exchange-dead-ends.ts';
import { exchangeDirect } from './exchange-direct.ts';
import { exchangeFanout } from './exchange-fanout.ts';
import { exchangeHeaders } from './exchange-headers.ts';
import { exchangeTopic } from './exchange-topic.ts';
import { fifoGroupBlocking } from './fifo-group-blocking.ts';
import { growingLag } from './growing-lag.ts';
import { hotKey } from './hot-key.ts';
import { keysAndOrder } from './keys-and-order.ts';
import { lostAcknowledgement } from './lost-acknowledgement.ts';
import { moreConsumersThanPartitions } from './more-consumers-than-partitions.ts';
import { outboxByLastId } from './outbox-by-last-id.ts';
import { overtakenByRetention } from './overtaken-by-retention.ts';
import { rebalanceStorm } from './rebalance-storm.ts';
import { replayAfterAFix } from './replay-after-a-fix.ts';
import { requestReply } from './request-reply.ts';
import { poisonMessage } from './poison-message.ts';
import { queueOverflow } from './queue-overflow.ts';
import { retryWithDelay } from './retry-with-delay.ts';
import { ttlHeadOfQueue } from './ttl-head-of-queue.ts';
import { workQueue } from './work-queue.ts';
import { shareGroup } from './share-group.ts';
import { streamReadByThree } from './stream-read-by-three.ts';
import { threeBrokers } from './three-brokers.ts';
import { snsFanOut } from './sns-fan-out.ts';
import { threeGuarantees } from './three-guarantees.ts';
import { transactionsEndToEnd } from './transactions-end-to-end.ts';
import { uncleanElection } from './unclean-election.ts';
import { visibilityTimeout } from './visibility-timeout.ts';
import { zombieWriterFenced } from './zombie-writer-fenced.ts';

export const examples: readonly Example[] = [
  keysAndOrder,
  moreConsumersThanPartitions,
  hotKey,
  fifoGroupBlocking,
  rebalanceStorm,
  shareGroup,
  threeGuarantees,
  threeBrokers,
  exchangeDirect,
  exchangeFanout,
  exchangeTopic,
  exchangeHeaders,
  exchangeConsistentHash,
  exchangeDeadEnds,
  workQueue,
  retryWithDelay,
  poisonMessage,
  ttlHeadOfQueue,
  queueOverflow,
  streamReadByThree,
  snsFanOut,
  growingLag,
  autoscaling,
  backpressure,
  databaseAsAQueue,
  outboxByLastId,
  callersAndCrowds,
  lostAcknowledgement,
  visibilityTimeout,
  requestReply,
  replayAfterAFix,
  brokerLoss,
  uncleanElection,
  transactionsEndToEnd,
  zombieWriterFenced,
  addingPartitions,
  compactionAsATable,
  overtakenByRetention,
];
