/** The gallery, in the order shown. */
import type { Example } from './example.ts';
import { growingLag } from './growing-lag.ts';
import { keysAndOrder } from './keys-and-order.ts';
import { lostAcknowledgement } from './lost-acknowledgement.ts';
import { moreConsumersThanPartitions } from './more-consumers-than-partitions.ts';
import { shareGroup } from './share-group.ts';
import { threeGuarantees } from './three-guarantees.ts';

export const examples: readonly Example[] = [
  keysAndOrder,
  moreConsumersThanPartitions,
  shareGroup,
  threeGuarantees,
  growingLag,
  lostAcknowledgement,
];
