import { text } from '../fields.ts';
import { defineProtocol } from './definition.ts';

/** A topic's replicas are on these brokers. Nothing travels along it: what it says is where the topic lives. */
export const hostTopic = defineProtocol({
  edge: 'host',
  from: ['cluster'],
  to: ['topic'],
  label: 'Place',
  summary: "Puts the topic on the cluster: its replicas are spread over the cluster's brokers.",
  version: 1,
  parameters: {
    replicaAssignment: text({
      label: 'Replica assignment',
      help: 'Brokers of each partition, the preferred leader first: 0:1,1:2 puts partition 0 on brokers 0 and 1. Partitions that it does not name are placed as the controller does.',
      broker: '--replica-assignment',
      default: '',
      maxLength: 20_000,
      advanced: true,
      simplified: 'It holds for partitions that are created; those that are there stay where they are.',
    }),
  },
  startingValues: {},
});
