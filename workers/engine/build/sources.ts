/** Building sources: producers, `publish` edges and the clients behind them. */
import { newProducerId } from '../clients/producer-id.ts';
import { internKey } from '../keys.ts';
import { abandonShelf, createShelf, NO_KEY } from '../ledger/messages.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import type { ClientState, ProducerState, LogSource, PublishRules } from '../clients/client-state.ts';
import { orderArrivals } from '../clients/arrivals.ts';
import { processOf } from '../clients/application.ts';
import { endRequest } from '../clients/batches.ts';
import { admitBlocked, crashClient } from '../clients/client.ts';
import { openConnection } from '../clients/connections.ts';
import { routeClient } from '../clients/metadata.ts';
import { compressionOf } from '../clients/compression.ts';
import { goesByKey } from '../clients/partitioning.ts';
import { startArrivals } from '../clients/producer.ts';
import { setPatience } from '../clients/alarms.ts';
import { trySend } from '../clients/sender.ts';
import { joinManager, leaveManager } from '../clients/transactions/manager.ts';
import { isTransactional } from '../clients/transactions/membership.ts';
import { openStream } from '../core/random.ts';
import { fromMs } from '../core/time.ts';
import { compileZipf } from '../core/zipf.ts';
import { newProcess, OP, thaw } from '../events.ts';
import { createWaitingRoom } from '../clients/waiting-room.ts';
import type { Process, Run } from '../state.ts';
import { beginSource, closeSource, openSource } from './outlets.ts';
import { place, retune } from './places.ts';
import { logSource } from '../clients/log-source.ts';
import { joinRecords } from '../core/record-shape.ts';

export function addProducer(run: Run, node: NodeOf<'producer'>): void {
  place(run, node.id, 'producer', createProducer(run, node, -1));
}

/** @param requester the client whose requests these are, as index into `consumers`; -1 for none */
export function createProducer(run: Run, node: NodeOf<'producer'>, requester: number): number {
  const producer: ProducerState = {
    id: node.id,
    gone: false,
    settings: { ...node, arrivals: orderArrivals(node.arrivals) },
    process: newProcess(),
    facts: 0,
    phase: 0,
    patternStartNs: 0,
    generation: 0,
    zipf: node.key.type === 'zipf' ? compileZipf(node.key.keys, node.key.exponent) : null,
    listedKeys: listedKeys(run, node.key),
    arrivalStream: openStream(run.streams, run.seed, `producer:${node.id}:arrivals`),
    keyStream: openStream(run.streams, run.seed, `producer:${node.id}:keys`),
    requester,
    tombstoneStream: -1,
    sources: [],
  };
  openTombstones(run, producer);
  run.producers.push(producer);
  startArrivals(run, run.producers.length - 1);
  return run.producers.length - 1;
}

/** Opened when first needed, so that a producer without tombstones is the same as ever. */
function openTombstones(run: Run, producer: ProducerState): void {
  if (producer.settings.tombstoneRate === 0 || producer.tombstoneStream >= 0) return;
  producer.tombstoneStream = openStream(run.streams, run.seed, `producer:${producer.id}:tombstones`);
}

export function changeProducer(run: Run, index: number, node: NodeOf<'producer'>): void {
  const producer = run.producers[index]!;
  const before = producer.settings;
  const arrivals = orderArrivals(node.arrivals);
  producer.settings = { ...node, arrivals };
  openTombstones(run, producer);
  producer.zipf = node.key.type === 'zipf' ? compileZipf(node.key.keys, node.key.exponent) : null;
  producer.listedKeys = listedKeys(run, node.key);
  const same = JSON.stringify(before.arrivals) === JSON.stringify(arrivals);
  if (!same || before.limit !== node.limit || before.startMs !== node.startMs || before.stopMs !== node.stopMs)
    startArrivals(run, index);
}

/** A list of keys as the engine knows them, looked up once. */
function listedKeys(run: Run, key: NodeOf<'producer'>['key']): number[] {
  if (key.type !== 'listed') return [];
  return key.keys.split('\n').map((text) => (text === '' ? NO_KEY : internKey(run, text)));
}

export function removeProducer(run: Run, index: number): void {
  const producer = run.producers[index]!;
  producer.gone = true;
  producer.generation += 1;
  // What a frozen process has put aside is void now, and frees what it holds when it is handled as such.
  thaw(run, producer.process);
}

function isIdempotent(edge: EdgeOf<'publish'>): boolean {
  // [PR8] As Kafka does: conflicting settings switch idempotence off.
  return edge.enableIdempotence && edge.acks === 'all' && edge.maxInFlight <= 5 && edge.retries > 0;
}

/** What the client goes by, as its settings have it. */
export function rulesOf(edge: EdgeOf<'publish'>): PublishRules {
  return {
    compression: compressionOf(edge),
    idempotent: isIdempotent(edge),
    goesByKey: goesByKey(edge),
    lingerNs: fromMs(edge.lingerMs),
    requestTimeoutNs: fromMs(edge.requestTimeoutMs),
    deliveryTimeoutNs: fromMs(edge.deliveryTimeoutMs),
  };
}

export function addPublish(run: Run, edge: EdgeOf<'publish'>): void {
  const source = {
    family: 'log',
    topic: run.places[edge.to]!.index,
    settings: edge,
  } as const;
  const rules = joinRecords(source, rulesOf(edge));
  openSource(run, joinRecords(beginSource(run, edge), rules) satisfies LogSource, addClient);
}

export function addClient(run: Run, sourceIndex: number, owner: ClientState['owner']): void {
  const source = logSource(run, sourceIndex);
  const client: ClientState = joinRecords(createWaitingRoom(sourceIndex), {
    gone: false,
    owner,
    producerId: newProducerId(run),
    partitions: [],
    sticky: null,
    roundRobin: -1,
    bufferedBytes: 0,
    queuedMessages: 0,
    queuedBatches: 0,
    connections: [openConnection(-1)],
    routed: false,
    metadataPending: false,
    metadataTicket: 0,
    manager: -1,
    flushing: false,
    wakeNs: Infinity,
    patienceNs: Infinity,
    stream: openStream(run.streams, run.seed, `client:${source.settings.id}:${source.clients.length}`),
  });
  extendBuffers(client, run.topics[source.topic]!.partitions.length);
  run.clients.push(client);
  source.clients.push(run.clients.length - 1);
  routeClient(run, run.clients.length - 1);
  if (isTransactional(source)) joinManager(run, run.clients.length - 1);
}

export function extendBuffers(client: ClientState, count: number): void {
  while (client.partitions.length < count)
    client.partitions.push({ queue: [], nextSequence: 0, epoch: 0, inFlight: 0, connection: 0, shelf: createShelf() });
}

export function changePublish(run: Run, index: number, edge: EdgeOf<'publish'>): void {
  const source = logSource(run, index);
  const before = isTransactional(source) ? source.settings.transactionalId : '';
  source.settings = edge;
  Object.assign(source, rulesOf(edge));
  retune(run, source.edge, edge);
  const after = isTransactional(source) ? edge.transactionalId : '';
  for (const client of source.clients) {
    // [ED7] Under another id it is another producer.
    if (before !== after) {
      crashClient(run, client);
      leaveManager(run, client);
      if (after !== '') joinManager(run, client);
    }
    // The buffer may have become larger.
    admitBlocked(run, client);
    trySend(run, client);
    setPatience(run, client);
  }
}

/** Responses that a frozen process has put aside are for nobody now: they let go of what they hold. */
function dropParked(run: Run, client: number): void {
  const process = processOf(run, run.clients[client]!);
  const isIts = ({ operation, target }: Process['deferred'][number]): boolean =>
    operation === OP.responseArrives && target === client;
  for (const event of process.deferred) if (isIts(event)) endRequest(run, event.a);
  process.deferred = process.deferred.filter((event) => !isIts(event));
}

export function removePublish(run: Run, index: number): void {
  closeSource(run, index, (client) => {
    crashClient(run, client);
    leaveManager(run, client);
    dropParked(run, client);
    run.clients[client]!.gone = true;
    for (const { shelf } of run.clients[client]!.partitions) abandonShelf(run.messages, shelf);
  });
}
