/** A share consumer's poll loop: it acknowledges what it was given, and asks for more. */
import { empty } from '../../../core/columns.ts';
import { fromMs } from '../../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../../events.ts';
import type { InstanceState, ShareClient } from '../../../handlers/handler-state.ts';
import { startWorkers } from '../../../handlers/handler.ts';
import { patientLatencyNs } from '../../../network.ts';
import type { Run } from '../../../state.ts';
import { coordinatorEdge, groupSettings } from '../coordination.ts';
import { refetch } from '../fetch.ts';
import { becomeNewMember, standDown, watchPolls } from '../membership.ts';
import { forgetRenewals, noteSaidFlight, say, takeSaid } from './share-acknowledge.ts';
import { acknowledgesExplicitly, requestShare, sendAcknowledgements, wantsToPoll } from './share-fetch.ts';
import { ACKNOWLEDGE } from './share-partition.ts';

/** [KW9] Polls if the process would: first it acknowledges, then it takes records from memory, else it asks for some. */
export function pollShare(run: Run, index: number, client: ShareClient): void {
  const instance = run.instances[index]!;
  const settings = groupSettings(run, instance);
  if (settings === null || !wantsToPoll(run, instance)) return;
  instance.lastPollNs = run.nowNs;
  watchPolls(run, index, settings);
  if (instance.leaving) {
    if (instance.unfinished === 0) leave(run, index, client);
    return;
  }
  const member = instance.member >= 0 ? run.members[instance.member]! : null;
  // [KG9] Who has left does not wait until the coordinator knows.
  if (instance.rebalanceNoticed && (member === null || member.gone || member.left)) {
    becomeNewMember(run, index);
    return;
  }
  if (!acknowledgesExplicitly(run, instance)) acceptGiven(client);
  const taken = Math.min(settings.maxPollRecords, instance.records.tail - instance.records.split);
  if (taken > 0) handOut(run, index, client, taken);
  else instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
  for (const reader of instance.readers) requestShare(run, reader);
  sendAcknowledgements(run, index);
}

/** [KW9] Implicit: what earlier polls gave is accepted, whatever came of it. */
function acceptGiven(client: ShareClient): void {
  client.givenCursors.forEach((cursor, place) => say(client, cursor, client.givenOffsets[place]!, ACKNOWLEDGE.accept));
  empty(client.givenCursors);
  empty(client.givenOffsets);
}

function handOut(run: Run, index: number, client: ShareClient, taken: number): void {
  const instance = run.instances[index]!;
  const { records } = instance;
  for (let i = records.split; i < records.split + taken; i += 1) {
    client.givenCursors.push(records.cursor[i & records.mask]!);
    client.givenOffsets.push(records.offset[i & records.mask]!);
  }
  records.split += taken;
  instance.unfinished += taken;
  instance.phase = 'processing';
  startWorkers(run, index);
  watchRenewals(run, index, instance);
  // With workers to spare it polls on, and thereby accepts what it has just been given.
  pollShare(run, index, client);
}

/** Leaves in good order: what is done is acknowledged, what is not comes back at the broker. */
function leave(run: Run, index: number, client: ShareClient): void {
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  if (!acknowledgesExplicitly(run, instance)) acceptGiven(client);
  if (edge === null || instance.member < 0) {
    standDown(run, index);
    return;
  }
  const row = takeSaid(run, index, null, edge);
  const arriveNs = run.nowNs + patientLatencyNs(run, edge, edge.backward);
  noteSaidFlight(run, edge, row, arriveNs);
  at(run, arriveNs, PRIORITY.broker, OP.shareLeaveArrives, index, instance.member, row);
  standDown(run, index);
}

/** The partitions of a member, with its first answer or one to a heartbeat. */
export function shareAssignmentArrives(run: Run, index: number, memberIndex: number): void {
  const instance = run.instances[index]!;
  if (instance.member !== memberIndex || instance.process.crashed || instance.stopped) return;
  if (coordinatorEdge(run, instance)?.cut === true) return;
  if (deferred(instance.process, OP.shareAssignmentArrives, index, memberIndex, 0)) return;
  const member = run.members[memberIndex]!;
  if (member.gone) {
    becomeNewMember(run, index);
    return;
  }
  instance.joinPending = false;
  for (const readerIndex of instance.readers) {
    const reader = run.readers[readerIndex]!;
    const { subscription } = run.links[reader.link]!;
    reader.cursors = member.assigned.filter((cursor) => run.cursors[cursor]!.subscription === subscription);
    if (reader.parked) refetch(run, readerIndex);
  }
  if (instance.phase === 'joining') instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
  watchRenewals(run, index, instance);
}

/** [KW11] The next time at which locks are renewed, if they are. */
function watchRenewals(run: Run, index: number, instance: InstanceState): void {
  const settings = groupSettings(run, instance);
  const client = instance.share;
  if (client === null || settings === null || client.renewTimer) return;
  if (!settings.share.renew || settings.share.acknowledgementMode !== 'explicit') return;
  client.renewTimer = true;
  const atNs = run.nowNs + fromMs(settings.share.lockDurationMs / 2);
  at(run, atNs, PRIORITY.client, OP.shareRenew, index, instance.process.incarnation);
}

/** [KW11] Renews the locks of everything in hand. */
export function shareRenew(run: Run, index: number, incarnation: number): void {
  const instance = run.instances[index]!;
  const client = instance.share;
  if (client === null || instance.process.incarnation !== incarnation || instance.stopped) return;
  if (deferred(instance.process, OP.shareRenew, index, incarnation, 0)) return;
  client.renewTimer = false;
  watchRenewals(run, index, instance);
  if (!client.renewTimer) return;
  client.givenCursors.forEach((cursor, place) => say(client, cursor, client.givenOffsets[place]!, ACKNOWLEDGE.renew));
  const { records } = instance;
  for (let i = records.split; i < records.tail; i += 1)
    say(client, records.cursor[i & records.mask]!, records.offset[i & records.mask]!, ACKNOWLEDGE.renew);
  sendAcknowledgements(run, index);
  forgetRenewals(client);
}
