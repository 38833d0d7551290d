/** What can be wrong with queues of SQS and topics of SNS: a part of the registry of diagnostics. */
export const managedQueueDiagnostics = {
  'sqs.redrives': {
    severity: 'warning',
    sentence: 'The queue {from} has two redrive policies; the last one counts.',
    suggestion: 'Delete one of the two edges.',
  },
  'sqs.redriveType': {
    severity: 'warning',
    sentence: 'Of the queue {from} and its dead-letter queue {to} one is a FIFO queue; no dead letters move.',
    suggestion: 'Make both FIFO queues, or neither.',
  },
  'sqs.redriveAllow': {
    severity: 'warning',
    sentence: 'The queue {to} does not take in dead letters of {from}; none move.',
    suggestion: 'Set redriveAllowPolicy to allowAll, or name the queue among its redriveSources.',
  },
  'sqs.redriveSources': {
    severity: 'error',
    sentence: 'A RedriveAllowPolicy names ten queues at most, not {found}.',
    suggestion: 'Name fewer, or set redriveAllowPolicy to allowAll.',
  },
  'sqs.attempts': {
    severity: 'warning',
    sentence: 'Attempts of receives mean nothing to {from}, which is a standard queue.',
    suggestion: 'Make it a FIFO queue, or leave receiveRequestAttemptId off.',
  },
  'sqs.group': {
    severity: 'warning',
    sentence: 'The FIFO queue {to} refuses every message that has no message group.',
    suggestion: 'Set messageGroupId to the key or to one group.',
  },
  'sns.fifo': {
    severity: 'error',
    sentence: 'The topic {from} cannot send on to {to}: a topic that is not FIFO delivers to standard queues only.',
    suggestion: 'Make both FIFO, or the queue a standard one.',
  },
  'sns.group': {
    severity: 'warning',
    sentence: 'The FIFO topic {to} refuses every message that has no message group.',
    suggestion: 'Set messageGroupId to the key or to one group.',
  },
  'sns.policy': {
    severity: 'error',
    sentence: 'The filter policy cannot be read: {reason}.',
    suggestion: 'Write it as in {"key": ["k1", {"prefix": "k2"}]}.',
  },
} as const;
