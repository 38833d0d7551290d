import { choice } from '../fields.ts';

/** What a client of SQS or SNS says of each message besides its content, with words that name where it goes. */
export function fifoSending(origin: string, where: 'queue' | 'topic', elsewhere: string) {
  return {
    messageGroupId: choice({
      label: 'Message group',
      help: `What a message is grouped by. On a FIFO ${where} order holds within a group; ${elsewhere}`,
      broker: 'MessageGroupId',
      origin,
      options: { fifo: `Its key, on a FIFO ${where}`, key: 'Its key', one: 'One group for all', none: 'None' },
      default: 'fifo',
      simplified: 'Messages without a key are one group.',
    }),
    deduplicationId: choice({
      label: 'Deduplication id',
      help: 'FIFO: what tells a repeated send from a new message. By key, a second message of a key within five minutes is dropped.',
      broker: 'MessageDeduplicationId',
      origin,
      options: { message: 'One for each message', key: 'The key', none: 'None (by content)' },
      default: 'message',
    }),
  } as const;
}
