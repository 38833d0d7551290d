/** State of transactions: what their coordinator knows, what a producer client knows, and requests between the two. */
import type { ClientState } from '../../../clients/client-state.ts';

/** Kafka's TransactionState. `prepare…`: the outcome is decided and markers are being written. */
type TransactionPhase = 'empty' | 'ongoing' | 'prepareCommit' | 'prepareAbort' | 'completeCommit' | 'completeAbort';

/** A record that a handler has finished with and whose effect is that of the transaction. It holds one chance. */
export interface TransactionInput {
  row: number;
  cursor: number;
  offset: number;
  /** Instance that worked on it. */
  instance: number;
  /** Its handler failed: only its position is the transaction's. [HD7] */
  failed: boolean;
}

/** What the coordinator keeps of one `transactional.id`. */
export interface TransactionState {
  transactionalId: string;
  producerId: number;
  /** -1 before the first InitProducerId. */
  epoch: number;
  phase: TransactionPhase;
  timeoutNs: number;
  /** When the transaction that is open began. */
  beganNs: number;
  /** Partitions that have taken part in it, and whether their marker is written and replicated. */
  partitions: { topic: number; partition: number; done: boolean }[];
  /** Positions of consumers that are saved if it commits. */
  offsets: { cursor: number; offset: number; seeks: number }[];
  inputs: TransactionInput[];
  committed: number;
  aborted: number;
}

/**
 * - `idle`: no process, or it has no producer id yet
 * - `ready`: a message begins the next transaction
 * - `open`: messages join the transaction
 * - `ending`: commitTransaction() or abortTransaction() is under way, and messages wait
 * - `fenced`: another producer with this id has come, or the coordinator has aborted: closed for good
 */
type ManagerPhase = 'idle' | 'ready' | 'open' | 'ending' | 'fenced';

/** Kafka's TransactionManager: the transactional producer of a process, across the clients of its edges. */
export interface TransactionManager {
  owner: ClientState['owner'];
  /** Index into `transactions`. */
  transaction: number;
  /** Indexes into `clients`. */
  clients: number[];
  phase: ManagerPhase;
  producerId: number;
  epoch: number;
  /** Answers and alarms of an earlier request, transaction or life are void. */
  ticket: number;
  /** Messages of the transaction so far. */
  messages: number;
  /** Why it is to be aborted; empty while nothing has failed. */
  failure: string;
  /** Batches that were answered or have failed: their messages wait for the outcome. */
  batches: number[];
  /** Inputs that were finished in it, until the coordinator has their offsets. */
  inputs: TransactionInput[];
  /** Where to read again after an abort: cursor and offset, one after another. */
  rewind: number[];
  /** Offsets of the inputs: not sent, on their way, or with the coordinator. */
  offsets: 'none' | 'sent' | 'accepted';
  /** The request that waits for its answer. */
  asked: 'nothing' | 'init' | 'offsets' | 'commit' | 'abort';
  /** It was sent before, and its answer never came or was no answer. */
  repeated: boolean;
}

/** A request of a manager to the coordinator, and later its answer. */
export interface TransactionRequest {
  manager: number;
  ticket: number;
  ask: Exclude<TransactionManager['asked'], 'nothing'>;
  sentNs: number;
  producerId: number;
  epoch: number;
  /** For `offsets`: the member that sends them. */
  member: number;
  generation: number;
  cursors: number[];
  positions: number[];
  /** How often each cursor had been sought by then, see `CursorState`. */
  seeks: number[];
  answer: TransactionAnswer;
}

/**
 * - `concurrent`: CONCURRENT_TRANSACTIONS, to be asked again
 * - `fenced`: PRODUCER_FENCED or INVALID_PRODUCER_EPOCH
 * - `illegalGeneration`: UNKNOWN_MEMBER_ID or ILLEGAL_GENERATION: the group has gone on without this member
 * - `invalidState`: INVALID_TXN_STATE
 */
export type TransactionAnswer = 'ok' | 'concurrent' | 'fenced' | 'illegalGeneration' | 'invalidState';
