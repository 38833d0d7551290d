/** A replica assignment as kafka-topics.sh takes it: partitions apart by commas, brokers of one by colons, the preferred leader first. */
const FORM = /^\d{1,4}(:\d{1,4})*(,\d{1,4}(:\d{1,4})*)*$/;

/** Broker numbers by partition; none for an empty text, null for one of another form or that names a broker twice. */
export function replicaAssignmentOf(text: string): number[][] | null {
  if (text === '') return [];
  if (!FORM.test(text)) return null;
  const partitions = text.split(',').map((brokers) => brokers.split(':').map(Number));
  return partitions.every((brokers) => new Set(brokers).size === brokers.length) ? partitions : null;
}
