// Header values and messages, between a case's JSON and the client library.

/**
 * A value of a case as the client library takes it: `{"type": "int64", "value": 1}` there is `{"!": "int64", "value": 1}`.
 * @param {any} value
 * @returns {any}
 */
export function typed(value) {
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 2 && typeof value.type === 'string' && 'value' in value) {
    return { '!': value.type, value: value.value };
  }
  return Object.fromEntries(keys.map((key) => [key, typed(value[key])]));
}

/**
 * A value of the client library as a case has it. Times differ from run to run and are left out.
 * @param {any} value
 * @returns {any}
 */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (Buffer.isBuffer(value)) return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if ('!' in value) return value['!'] === 'timestamp' ? '<time>' : value.value;
  const keys = Object.keys(value).filter((key) => key !== 'time');
  return Object.fromEntries(keys.sort(byCode).map((key) => [key, plain(value[key])]));
}

/**
 * What a client sees of a message; properties that are not there are left out.
 * @param {import('amqplib').Message} message
 * @returns {Record<string, unknown>}
 */
export function viewOf({ content, fields, properties }) {
  const headers = plain(properties.headers ?? {});
  return {
    body: content.toString(),
    redelivered: fields.redelivered,
    exchange: fields.exchange,
    key: fields.routingKey,
    ...(properties.priority === undefined ? {} : { priority: properties.priority }),
    ...(properties.expiration === undefined ? {} : { expiration: properties.expiration }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

/**
 * @param {string} a
 * @param {string} b
 */
export function byCode(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
