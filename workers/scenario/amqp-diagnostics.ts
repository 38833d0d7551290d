/** What can be wrong with exchanges, queues and streams of RabbitMQ: a part of the registry of diagnostics. */
export const amqpDiagnostics = {
  'stream.offset': {
    severity: 'error',
    sentence: 'A stream cannot be read from {found}.',
    suggestion: 'Write first, last, next, a number of a message, or an age such as 1h.',
  },
  'stream.ack': {
    severity: 'warning',
    sentence: 'RabbitMQ refuses {to} as a consumer of the stream {from}: streams have no automatic acknowledgement.',
    suggestion: 'Let it acknowledge after the work.',
  },
  'stream.prefetch': {
    severity: 'warning',
    sentence:
      'RabbitMQ refuses {to} as a consumer of the stream {from}: readers of a stream need a prefetch of their own.',
    suggestion: 'Set a prefetch above 0, not shared by the channel.',
  },
  'stream.instances': {
    severity: 'warning',
    sentence: 'Each of the {count} instances of {to} reads all of the stream {from}: they do not share the work.',
    suggestion: 'Let one instance read it, or make it a queue.',
  },
  'queue.strategy': {
    severity: 'warning',
    sentence: 'Dead letters at least once need the overflow "reject-publish"; with another one they are at most once.',
  },
  'queue.delayedRetry': {
    severity: 'warning',
    sentence: 'Delayed retry needs a least delay, and a greatest that is no smaller; as it is, {effect}.',
  },
  'exchange.hash': {
    severity: 'error',
    sentence: 'hash-header and hash-property exclude each other; RabbitMQ refuses such an exchange.',
    suggestion: 'Leave hashHeader empty, or set hashProperty to "none".',
  },
  'binding.refused': {
    severity: 'warning',
    sentence: 'RabbitMQ refuses the binding "{edge}" ({code}): {why}',
  },
  'binding.long': {
    severity: 'warning',
    sentence: 'A key of the binding "{edge}" has {bytes} bytes; AMQP has room for {most}.',
  },
  'binding.anyWords': {
    severity: 'warning',
    sentence:
      'The binding "{edge}" has more than {most} "#" words in {key}, which RabbitMQ refuses since 4.3.5; here it routes as before.',
  },
  'alternate.unused': {
    severity: 'warning',
    sentence:
      'The edge "{edge}" names an alternate exchange that does not count: "{from}" has one at most, and it is an exchange.',
    suggestion: 'Remove the edge, or let it be a binding.',
  },
  'rabbitmq.twice': {
    severity: 'warning',
    sentence: 'All exchanges and queues are on one broker: {first} says how it is, and {other} says nothing.',
    suggestion: 'Delete one of the two.',
  },
  'deadLetter.twice': {
    severity: 'warning',
    sentence: 'The queue {from} has two dead-letter exchanges; the last one counts.',
    suggestion: 'Delete one of the two edges.',
  },
  'consume.exclusive': {
    severity: 'warning',
    sentence: 'RabbitMQ refuses consumers of {queue}: {why}.',
    suggestion: 'Set exclusive to false, or singleActiveConsumer to true if one at a time is wanted.',
  },
} as const;
