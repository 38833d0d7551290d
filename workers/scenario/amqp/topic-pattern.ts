/**
 * Patterns of topic exchanges: words between dots, where `*` stands for exactly one word and `#` for any number, none included.
 *
 * `logs.*.error` fits `logs.eu.error`; `logs.#` fits `logs`, `logs.eu` and `logs.eu.db`. Both are wildcards only as a whole word
 * (`a#` is a word like any other), and only in a pattern: in a routing key they are text. Letters keep their case.
 *
 * Source: rabbitmq-server, rabbit_exchange_type_topic.erl, rabbit_db_topic_exchange.erl.
 */

export const ONE_WORD = '*';
export const ANY_WORDS = '#';
/** A binding key may hold so many `#` words since RabbitMQ 4.3.5 (release notes). */
export const ANY_WORDS_MAX = 2;

/** The words of a key. The empty key has none; empty words (`a.`, `..`) count. */
export function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('.');
}

/** How many `#` words a pattern holds. */
export function anyWordsIn(pattern: string): number {
  return wordsOf(pattern).filter((word) => word === ANY_WORDS).length;
}

/** What a wildcard of a pattern stands for in a key. */
export interface Capture {
  readonly wildcard: string;
  readonly taken: readonly string[];
}

/** What each wildcard takes, every `#` as little as it can; null when the pattern does not fit. */
export function topicCaptures(pattern: readonly string[], key: readonly string[]): readonly Capture[] | null {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return key.length === 0 ? [] : null;
  if (wanted !== ANY_WORDS) {
    const [word, ...words] = key;
    if (word === undefined || (wanted !== ONE_WORD && wanted !== word) || !topicMatches(rest, words)) return null;
    const after = topicCaptures(rest, words)!;
    return wanted === ONE_WORD ? [{ wildcard: ONE_WORD, taken: [word] }, ...after] : after;
  }
  for (let taken = 0; taken <= key.length; taken++)
    if (topicMatches(rest, key.slice(taken)))
      return [{ wildcard: ANY_WORDS, taken: key.slice(0, taken) }, ...topicCaptures(rest, key.slice(taken))!];
  return null;
}

/**
 * Whether a pattern fits a key. Each `#` takes as few words as it can; where the rest does not fit, the latest `#` takes one more.
 * Earlier ones need not be tried again: what follows them up to the latest has been found as early as possible.
 */
export function topicMatches(pattern: readonly string[], key: readonly string[]): boolean {
  let at = 0;
  let word = 0;
  let latest = -1;
  let takenUpTo = 0;
  while (word < key.length) {
    if (pattern[at] === ANY_WORDS) {
      latest = at++;
      takenUpTo = word;
    } else if (at < pattern.length && (pattern[at] === ONE_WORD || pattern[at] === key[word])) {
      at += 1;
      word += 1;
    } else if (latest >= 0) {
      at = latest + 1;
      word = ++takenUpTo;
    } else return false;
  }
  while (pattern[at] === ANY_WORDS) at += 1;
  return at === pattern.length;
}
