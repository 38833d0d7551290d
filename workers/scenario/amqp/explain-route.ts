/** Says where a message would go and why: for each exchange that it comes to, which bindings match and which do not. */
import { headerVerdicts, xMatchOf, type HeaderValue, type HeaderVerdict } from './headers.ts';
import { weightOf } from './exchange-types.ts';
import { consistentChoice, keysOf, modulusChoice, routesOf, type Envelope } from './matching.ts';
import { queuesOf, visits, type Arrival, type Visit } from './route.ts';
import type { Binding, RoutingTable } from './routing-table.ts';
import { ANY_WORDS, ONE_WORD, topicCaptures, topicMatches, wordsOf } from './topic-pattern.ts';

interface BindingVerdict {
  /** Place of the binding in the table. */
  readonly place: number;
  readonly matches: boolean;
  /** A clause without a full stop, such as `word 2 is "us", not "eu"`. */
  readonly because: string;
}

export interface ExplainedVisit {
  readonly exchange: number;
  readonly arrival: Arrival;
  /** All bindings of the exchange, in the order in which they were made. */
  readonly verdicts: readonly BindingVerdict[];
  /** Queues that the default exchange knows by name. */
  readonly named: readonly number[];
  /** Whether the exchange matched nothing and has nowhere else to hand it. */
  readonly deadEnd: boolean;
}

interface ReachedQueue {
  readonly queue: number;
  /** Places of the bindings that lead straight to it; none where the default exchange knows it by name. */
  readonly places: readonly number[];
  /** False when it depends on a draw. */
  readonly certain: boolean;
}

export interface RouteExplanation {
  readonly visits: readonly ExplainedVisit[];
  /** By ascending index. */
  readonly queues: readonly ReachedQueue[];
}

export function explainRoute(table: RoutingTable, exchange: number, envelope: Envelope): RouteExplanation {
  const seen = allVisits(table, exchange, envelope);
  const certain = new Set(queuesOf(table, seen.certain));
  const queues = queuesOf(table, seen.possible).map((queue) => ({
    queue,
    places: seen.possible.flatMap(({ matched }) => matched.filter((place) => leadsTo(table.bindings[place]!, queue))),
    certain: certain.has(queue),
  }));
  return { visits: seen.possible.map((visit) => explained(table, visit, envelope)), queues };
}

function leadsTo({ to, destination }: Binding, queue: number): boolean {
  return to === 'queue' && destination === queue;
}

/** With every draw's outcomes, and with none of them. */
function allVisits(table: RoutingTable, exchange: number, envelope: Envelope) {
  return {
    possible: visits(table, exchange, envelope, 'every'),
    certain: visits(table, exchange, envelope, 'none'),
  };
}

function explained(table: RoutingTable, visit: Visit, envelope: Envelope): ExplainedVisit {
  const { exchange, arrival, matched, named } = visit;
  const { places, alternate } = routesOf(table).exchanges[exchange]!;
  const judge = judgeOf(table, exchange, envelope);
  const verdicts = places.map((place) => ({ place, matches: matched.includes(place), because: judge(place) }));
  return { exchange, arrival, verdicts, named, deadEnd: matched.length + named.length === 0 && alternate < 0 };
}

/** Gives the clause for each binding of an exchange. */
function judgeOf(table: RoutingTable, exchange: number, envelope: Envelope): (place: number) => string {
  const { type } = table.exchanges[exchange]!;
  const keys = keysOf(envelope);
  const bindingAt = (place: number) => table.bindings[place]!;
  switch (type) {
    case 'direct':
      return (place) => directWords(bindingAt(place).key, keys);
    case 'fanout':
      return () => 'a fanout exchange looks at no key';
    case 'topic':
      return (place) => topicWords(bindingAt(place).key, keys);
    case 'headers':
      return (place) => headersWords(bindingAt(place), envelope);
    case 'x-consistent-hash':
      return consistentWords(table, exchange, envelope);
    case 'x-modulus-hash':
      return modulusWords(table, exchange, envelope);
    case 'x-random':
      return () => randomWords(routesOf(table).exchanges[exchange]!.choices.length);
    default:
      return type satisfies never;
  }
}

function quoted(key: string): string {
  return `"${key}"`;
}

function directWords(bindingKey: string, keys: readonly string[]): string {
  if (keys.includes(bindingKey)) return `${quoted(bindingKey)} is the key, letter for letter`;
  return `${quoted(bindingKey)} is not ${keys.map(quoted).join(' or ')}`;
}

function topicWords(pattern: string, keys: readonly string[]): string {
  const wanted = wordsOf(pattern);
  const fitting = keys.find((key) => topicMatches(wanted, wordsOf(key)));
  if (fitting !== undefined) return fitWords(wanted, wordsOf(fitting));
  return keys.map((key) => mismatch(wanted, wordsOf(key))).join('; ');
}

/** What each wildcard stands for. */
function fitWords(wanted: readonly string[], words: readonly string[]): string {
  const taken = topicCaptures(wanted, words)!;
  const told = taken.map(
    ({ wildcard, taken: some }) => `${wildcard} is ${some.length === 0 ? 'nothing' : quoted(some.join('.'))}`,
  );
  return told.length === 0 ? 'the words are the same' : told.join(', ');
}

/** The first thing that keeps a pattern from fitting a key. */
function mismatch(wanted: readonly string[], words: readonly string[]): string {
  const open = wanted.includes(ANY_WORDS);
  const least = wanted.filter((word) => word !== ANY_WORDS).length;
  if (words.length < least || (!open && words.length > least))
    return `the key has ${counted(words.length)}, the pattern takes ${open ? 'at least ' : ''}${counted(least)}`;
  const head = open ? wanted.indexOf(ANY_WORDS) : wanted.length;
  const wrong = wanted.slice(0, head).findIndex((asked, i) => !fits(words[i], asked));
  if (wrong >= 0) return `word ${wrong + 1} is ${quoted(words[wrong]!)}, not ${quoted(wanted[wrong]!)}`;
  for (let back = 1; wanted.at(-back) !== ANY_WORDS; back++)
    if (!fits(words.at(-back), wanted.at(-back)!))
      return `word ${words.length - back + 1} is ${quoted(words.at(-back)!)}, not ${quoted(wanted.at(-back)!)}`;
  return `the words between do not come in the order that the pattern asks for`;
}

function fits(word: string | undefined, asked: string): boolean {
  return asked === ONE_WORD || word === asked;
}

function counted(words: number): string {
  return words === 1 ? '1 word' : `${words} words`;
}

function headersWords({ arguments: given }: Binding, { headers }: Envelope): string {
  const verdicts = headerVerdicts(given, headers);
  const mode = xMatchOf(given) ?? 'all';
  const all = mode.startsWith('all');
  if (verdicts.length === 0) return all ? `${mode} of no headers: always` : `${mode} of no headers: never`;
  const right = verdicts.filter(({ matches }) => matches);
  const wrong = verdicts.filter(({ matches }) => !matches);
  if (all) return wrong.length === 0 ? `${mode}: ${listed(right)}` : listed(wrong);
  return right.length > 0 ? `${mode}: ${listed(right)}` : listed(wrong);
}

function listed(verdicts: readonly HeaderVerdict[]): string {
  return verdicts.map(headerWords).join('; ');
}

function headerWords({ name, wanted, found, matches }: HeaderVerdict): string {
  if (found === undefined) return `there is no header ${name}`;
  if (matches) return wanted === null ? `${name} is there` : `${name} is ${valueText(wanted)}`;
  return `${name} is ${valueText(found)}, not ${valueText(wanted)}`;
}

function valueText(value: HeaderValue): string {
  return JSON.stringify(value);
}

function consistentWords(table: RoutingTable, exchange: number, envelope: Envelope): (place: number) => string {
  const { choices, ends } = routesOf(table).exchanges[exchange]!;
  const choice = consistentChoice(table, exchange, envelope);
  return (place) => {
    const at = choices.indexOf(place);
    if (at < 0 || choice === null) return 'only the first binding of a destination counts';
    const weight = weightOf(table.bindings[place]!.key) ?? 0;
    const last = ends[at]! - 1;
    const own = weight === 1 ? `bucket ${last}` : `buckets ${last - weight + 1} to ${last}`;
    return `${own} of ${choice.slots}; the hash ${choice.hash} falls into bucket ${choice.slot}`;
  };
}

function modulusWords(table: RoutingTable, exchange: number, envelope: Envelope): (place: number) => string {
  const { choices } = routesOf(table).exchanges[exchange]!;
  const choice = modulusChoice(table, exchange, envelope);
  return (place) => {
    const at = choices.indexOf(place);
    if (at < 0 || choice === null) return 'another binding with the same key and destination stands for it';
    return `place ${at} by name; the hash ${choice.hash} modulo ${choice.slots} is ${choice.slot}`;
  };
}

function randomWords(choices: number): string {
  return choices === 1 ? 'the only one bound' : `one of ${choices}, drawn for each message`;
}
