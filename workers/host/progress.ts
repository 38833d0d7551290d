/** Notices a run in which time has stopped: events that cause each other without taking any. */

/** More events than this at one instant never end. */
const EVENTS_AT_ONE_INSTANT_MAX = 20_000_000;

export interface Progress {
  /** Another run is looked at from now on. */
  readonly reset: () => void;
  /** @throws Error when there have been too many events at one instant */
  readonly assert: (nowNs: number, events: number) => void;
}

export function createProgress(): Progress {
  /** Since when time has stood still, and the event it stood still at. */
  let instantNs = -1;
  let instantEvents = 0;
  return {
    reset() {
      instantNs = -1;
    },
    assert(nowNs, events) {
      if (nowNs !== instantNs) {
        instantNs = nowNs;
        instantEvents = events;
      } else if (events - instantEvents > EVENTS_AT_ONE_INSTANT_MAX) {
        throw new Error(
          `More than ${EVENTS_AT_ONE_INSTANT_MAX} events happened at one instant; time does not move on.`,
        );
      }
    },
  };
}
