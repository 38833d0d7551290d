/** The anomalies found most recently, for marking them where they happened. */

export const ANOMALY_CAPACITY = 512;

export interface AnomalyRing {
  /** Anomalies ever written. */
  count: number;
  timeNs: Float64Array;
  /** Position in `ANOMALIES`. */
  kind: Uint8Array;
  message: Float64Array;
  /** Index into `subscriptions`, or -1 - index into `sources`. */
  place: Int32Array;
}

export function createAnomalyRing(): AnomalyRing {
  return {
    count: 0,
    timeNs: new Float64Array(ANOMALY_CAPACITY),
    kind: new Uint8Array(ANOMALY_CAPACITY),
    message: new Float64Array(ANOMALY_CAPACITY),
    place: new Int32Array(ANOMALY_CAPACITY),
  };
}

export function writeAnomaly(ring: AnomalyRing, timeNs: number, kind: number, message: number, place: number): void {
  const row = ring.count & (ANOMALY_CAPACITY - 1);
  ring.count += 1;
  ring.timeNs[row] = timeNs;
  ring.kind[row] = kind;
  ring.message[row] = message;
  ring.place[row] = place;
}
