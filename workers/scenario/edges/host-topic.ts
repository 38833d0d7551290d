import { defineProtocol } from './definition.ts';

/** A topic's replicas are on these brokers. Nothing travels along it: what it says is where the topic lives. */
export const hostTopic = defineProtocol({
  edge: 'host',
  from: ['cluster'],
  to: ['topic'],
  label: 'Place',
  summary: "Puts the topic on the cluster: its replicas are spread over the cluster's brokers.",
  version: 1,
  parameters: {},
  startingValues: {},
});
