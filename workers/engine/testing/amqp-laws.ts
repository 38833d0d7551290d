/** Laws of RabbitMQ's broker and of what surrounds it: counts, lists, who is served, and what is left when all is quiet. For tests. */
import { COPY, FREED } from '../brokers/amqp/copies.ts';
import { outstanding } from '../brokers/amqp/holding.ts';
import { headOf, readyCopies } from '../brokers/amqp/ready.ts';
import { hasRoom } from '../brokers/amqp/rotation.ts';
import { KIND, type Broker } from '../brokers/amqp/state.ts';
import { assert } from '../core/assert.ts';
import { peekTimeNs } from '../core/event-queue.ts';
import { M } from '../ledger/layout.ts';
import { rowsInUse, STATUS_WAITING } from '../ledger/messages.ts';
import type { Run } from '../state.ts';

/** Every law of RabbitMQ that holds after every event. */
export function checkAmqp(run: Run): void {
  const { broker, alarmNs, queues, publishers } = run.amqp;
  if (queues.length === 0 && publishers.length === 0) return;
  const { copies, deliveries, notes, dying } = broker;
  assert(deliveries.count === 0 && notes.count === 0, () => 'RabbitMQ: something that happened was told to nobody');
  assert(dying.length === 0, () => 'RabbitMQ: a dead letter was not published');
  assert(alarmNs <= broker.dueNs, () => `RabbitMQ: something is due at ${broker.dueNs}, and nobody looks`);
  const free = new Set(copies.free.subarray(0, copies.freeCount));
  assert(free.size === copies.freeCount, () => 'RabbitMQ: a copy is free twice');
  for (let copy = 0; copy < copies.used; copy += 1)
    assert(
      (copies.queue[copy] === FREED) === free.has(copy),
      () => `RabbitMQ: copy ${copy} is neither free nor in use`,
    );
  checkQueues(run, broker);
  checkChannels(broker);
  checkFree(broker);
  checkEnvelopes(run, broker);
  checkUnconfirmed(run);
}

/** Copies are in the queue or in the hands of one channel, and who has room is served. */
function checkQueues(run: Run, broker: Broker): void {
  const { copies } = broker;
  const found = new Int32Array(copies.used);
  const isOver = peekTimeNs(run.queue) > run.nowNs;
  let bytesHeld = 0;
  for (let copy = 0; copy < copies.used; copy += 1) if (copies.queue[copy] !== FREED) bytesHeld += copies.bytes[copy]!;
  assert(bytesHeld === copies.bytesHeld, () => `RabbitMQ: ${copies.bytesHeld} bytes counted, ${bytesHeld} held`);
  broker.queues.forEach((queue, index) => {
    if (!queue.exists || queue.kind === KIND.stream) return;
    const name = `${queue.name} (${index})`;
    const ready = readyCopies(queue, copies);
    let bytes = 0;
    for (const copy of ready) {
      assert(copies.queue[copy] === index && copies.channel[copy]! < 0, () => `${name}: copy ${copy} is not its own`);
      found[copy]! += 1;
      bytes += copies.bytes[copy]!;
    }
    // Dead letters that have not arrived are with their queue still.
    for (const copy of queue.kept) found[copy]! += 1;
    const back = [...broker.delayed.item.subarray(0, broker.delayed.size)].filter(
      (copy) => copies.queue[copy] === index,
    );
    for (const copy of back) found[copy]! += 1;
    assert(back.length === queue.delayed, () => `${name}: ${queue.delayed} kept back counted, ${back.length} found`);
    assert(ready.length === queue.ready, () => `${name}: ${queue.ready} ready counted, ${ready.length} found`);
    assert(bytes === queue.readyBytes, () => `${name}: ${queue.readyBytes} bytes ready counted, ${bytes} found`);
    assert(ready[0] === undefined || headOf(queue, copies) === ready[0], () => `${name}: its head is not the first`);
    checkLimits(broker, index, name);
    if (ready[0] !== undefined && isOver)
      assert(copies.expiresNs[ready[0]]! > run.nowNs, () => `${name}: what is at the head has expired`);
    if (queue.ready === 0) return;
    const served = queue.arguments.singleActiveConsumer ? [queue.active] : queue.consumers;
    for (const consumer of queue.kind === KIND.quorum && queue.arguments.singleActiveConsumer ? [] : served)
      assert(
        consumer < 0 || !hasRoom(broker, broker.consumers[consumer]!),
        () => `${name}: consumer ${consumer} has room, and ${queue.ready} messages wait`,
      );
  });
  for (const [index] of broker.channels.entries()) for (const copy of outstanding(broker, index)) found[copy]! += 1;
  for (let copy = 0; copy < copies.used; copy += 1) {
    const queue = copies.queue[copy]!;
    if (queue === FREED || (queue >= 0 && broker.queues[queue]!.kind === KIND.stream)) continue;
    assert(found[copy] === 1, () => `RabbitMQ: copy ${copy} of ${queue} is in ${found[copy]} places`);
  }
}

/** What is ready is within the limits, of classic queues. A quorum queue that refuses takes one message more. */
function checkLimits(broker: Broker, index: number, name: string): void {
  const { kind, ready, readyBytes, arguments: given } = broker.queues[index]!;
  if (kind !== KIND.classic || given.overflow !== 'drop-head') return;
  const { maxLength, maxLengthBytes } = given;
  assert(maxLength < 0 || ready <= maxLength, () => `${name}: ${ready} are ready, of ${maxLength} allowed`);
  assert(
    maxLengthBytes < 0 || readyBytes <= maxLengthBytes,
    () => `${name}: ${readyBytes} bytes are ready, of ${maxLengthBytes} allowed`,
  );
}

/** Lists of what channels hold are linked, and every count of it is right. */
function checkChannels(broker: Broker): void {
  const { copies } = broker;
  const ofQueue = new Int32Array(broker.queues.length);
  const ofConsumer = new Int32Array(broker.consumers.length);
  broker.channels.forEach((channel, index) => {
    const held = outstanding(broker, index);
    assert(held.length === channel.held, () => `channel ${index}: ${channel.held} counted, ${held.length} held`);
    assert(channel.open || held.length === 0, () => `channel ${index} is closed and holds something`);
    const connected = broker.connections[channel.connection]?.open === true;
    assert(connected || !channel.open, () => `channel ${index} is open on a connection that is closed`);
    assert(channel.last === (held.at(-1) ?? -1), () => `channel ${index}: its list does not end at its last`);
    let byConsumers = 0;
    held.forEach((copy, i) => {
      assert(copies.channel[copy] === index, () => `channel ${index}: copy ${copy} is held by another one`);
      assert(copies.previous[copy] === (held[i - 1] ?? -1), () => `channel ${index}: its list is not linked both ways`);
      assert((copies.flags[copy]! & COPY.automatic) === 0, () => `channel ${index}: copy ${copy} was acknowledged`);
      ofQueue[copies.queue[copy]!]! += 1;
      const consumer = copies.consumer[copy]!;
      if (consumer < 0) return;
      ofConsumer[consumer]! += 1;
      byConsumers += 1;
    });
    assert(byConsumers === channel.heldByConsumers, () => `channel ${index}: what its consumers hold is counted wrong`);
  });
  broker.consumers.forEach(({ held, prefetch, autoAck }, index) => {
    assert(held === ofConsumer[index], () => `consumer ${index}: ${held} counted, ${ofConsumer[index]} held`);
    assert(autoAck || prefetch === 0 || held <= prefetch, () => `consumer ${index}: ${held} held, of ${prefetch}`);
  });
  broker.queues.forEach(({ exists, kind, unacknowledged }, index) => {
    if (!exists || kind === KIND.stream) return;
    const held = ofQueue[index]!;
    assert(unacknowledged === held, () => `queue ${index}: ${unacknowledged} unacknowledged counted, ${held} held`);
  });
}

/** A number that may be given out again is nobody's, and is there once. */
function checkFree({ free, connections, channels, consumers }: Broker): void {
  assert(
    free.connections.every((each) => !connections[each]!.open),
    () => 'a connection that is open has been let go',
  );
  assert(
    free.channels.every((each) => !channels[each]!.open),
    () => 'a channel that is open has been let go',
  );
  assert(
    free.consumers.every((each) => !consumers[each]!.alive),
    () => 'a consumer that is there has been let go',
  );
  for (const numbers of Object.values(free))
    assert(new Set(numbers).size === numbers.length, () => `a number was let go twice: ${numbers.join(' ')}`);
}

/** An envelope is there as long as somebody holds it: copies under it, and publishers that use it again. */
function checkEnvelopes(run: Run, broker: Broker): void {
  const uses = new Int32Array(broker.envelopes.length);
  const { copies } = broker;
  for (let copy = 0; copy < copies.used; copy += 1)
    if (copies.queue[copy] !== FREED) uses[copies.envelope[copy]!]! += 1;
  for (const { envelopes } of run.amqp.publishers) for (const each of envelopes) if (each > 0) uses[each - 1]! += 1;
  const free = new Set(broker.freeEnvelopes);
  assert(free.size === broker.freeEnvelopes.length, () => 'an envelope is free twice');
  broker.envelopes.forEach((envelope, index) => {
    assert(
      free.has(index) === (uses[index] === 0),
      () => `envelope ${index}: ${uses[index]} hold it, and it is not kept`,
    );
    assert(
      envelope.uses === uses[index],
      () => `envelope ${index}: ${envelope.uses} uses counted, ${uses[index]} found`,
    );
  });
}

/** What a publisher has sent and was not told of waits for its confirm; all else of it that waits, waits outside. */
function checkUnconfirmed(run: Run): void {
  const { int, num } = run.messages;
  const waiting = new Map<string, number>();
  const keyOf = (source: number, client: number): string => `${source} ${client}`;
  for (const row of rowsInUse(run.messages)) {
    if (int[row + M.status] !== STATUS_WAITING) continue;
    const key = keyOf(int[row + M.source]!, num[row + M.client]!);
    waiting.set(key, (waiting.get(key) ?? 0) + 1);
  }
  run.amqp.publishers.forEach(({ source, gone, blocked, unconfirmed }, index) => {
    if (gone) return;
    const found = waiting.get(keyOf(source, index)) ?? 0;
    assert(
      found === blocked + unconfirmed,
      () => `publisher ${index}: ${unconfirmed} unconfirmed and ${blocked} outside, of ${found} that wait`,
    );
  });
}

/** Messages that have a copy at the broker. */
export function copiedRows(run: Run): number[] {
  const { copies } = run.amqp.broker;
  return Array.from({ length: copies.used }, (_, copy) => copy)
    .filter((copy) => copies.queue[copy] !== FREED)
    .map((copy) => copies.message[copy]!);
}

/** What has consumers is empty, a stream was read, and nobody waits for a confirm. */
export function checkAmqpSettled(run: Run): void {
  const { broker, queues, publishers, feeds } = run.amqp;
  publishers.forEach(({ gone, unconfirmed }, index) => {
    assert(gone || unconfirmed === 0, () => `publisher ${index}: ${unconfirmed} messages were never confirmed`);
  });
  queues.forEach(({ id, gone, core, subscription }, index) => {
    if (gone) return;
    const reading = feeds.filter(
      (feed) =>
        !feed.gone &&
        feed.queue === index &&
        run.consumers[feed.consumer]!.instances.some((each) => !run.instances[each]!.stopped),
    );
    // Whom the broker has refused, because another one has the queue for itself, does not ask again.
    if (reading.some(({ refusals }) => refusals > 0)) return;
    if (reading.length === 0) return;
    assert(
      reading.some(({ consumers }) => consumers.some((consumer) => consumer >= 0)),
      () => `${id}: nobody consumes from it who should`,
    );
    const { kind, ready, unacknowledged, kept } = broker.queues[core]!;
    if (kind === KIND.stream) {
      // It keeps what was read; each of its readers has read it.
      for (const feed of reading) {
        const { inFlight } = run.subscriptions[feed.subscription]!.ledger;
        assert(inFlight === 0, () => `${id}: ${inFlight} messages still in flight to a reader of the stream`);
      }
      return;
    }
    assert(ready + unacknowledged === 0, () => `${id}: ${ready} ready and ${unacknowledged} unacknowledged`);
    // Dead letters that nobody takes are kept and tried again, for ever.
    assert(run.subscriptions[subscription]!.ledger.inFlight <= kept.length, () => `${id}: messages still in flight`);
  });
}
