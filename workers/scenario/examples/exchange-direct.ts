import { behind, COLUMN, exchangeAt, noteAt, producerAt, publishing, ROW } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const queues = behind('notices', [
  { queue: ['mail', 'mail'], by: { bindingKeys: 'email' }, consumer: ['mailer', 'mailer'] },
  { queue: ['mobile', 'mobile'], by: { bindingKeys: 'sms\npush' }, consumer: ['sender', 'sender'] },
  { queue: ['record', 'record'], by: { bindingKeys: 'email\nsms\npush' }, consumer: ['archive', 'archive'] },
]);

export const exchangeDirect: Example = {
  id: 'exchange-direct',
  theme: 'routing',
  title: 'Direct exchange: the key names the job',
  question: 'How does a message find exactly the queue that is for it?',
  summary:
    'Notifications carry what they are as their routing key, and each queue is bound with the keys that it wants: letters in exactly that order, no patterns. A queue may have several keys, and a key several queues. What no binding names is dropped, although the broker confirms it: fax, here.',
  scenario: playingScenario({
    title: 'Direct exchange: the key names the job',
    notes:
      'A direct exchange compares the whole routing key. Select the exchange and type a key to see where it would go. Then bind the queue “mobile” with fax, too, and see what becomes of the faxes.',
    seed: 1,
    nodes: [
      producerAt('app', 'app', ROW, ['email', 'sms', 'email', 'push', 'fax']),
      exchangeAt('notices', 'notifications', ROW - 10, { type: 'direct' }),
      ...queues.nodes,
      noteAt(
        'n1',
        COLUMN.producer,
        2 * ROW + 20,
        'Every fifth message is a fax. Nobody has bound that key: the broker confirms the fax and drops it.',
        'red',
      ),
      noteAt(
        'n2',
        COLUMN.exchange,
        2 * ROW + 20,
        'Select the exchange and type sms: two queues get a copy. Type SMS: none does. Letters must be the same.',
        'yellow',
      ),
    ],
    edges: [publishing('app', 'notices'), ...queues.edges],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'mailer' },
      { id: 'c2', claim: 'orderPerKey', of: 'archive' },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
