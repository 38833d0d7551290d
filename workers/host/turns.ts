/**
 * Turns of a thread that must answer messages between them. Timers wait at least 4 ms once they are nested, so a turn
 * that is due at once is a message to oneself: it queues up behind the commands that came before it.
 *
 * @returns asks for one turn after about `ms`; asking again replaces what was asked for
 */
export function createTurns(): (ms: number, turn: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function take(): void {
    const turn = waiting;
    waiting = null;
    turn?.();
  }
  port1.addEventListener('message', take);
  port1.start();

  return (ms, turn) => {
    waiting = turn;
    clearTimeout(timer);
    if (ms > 0) timer = setTimeout(take, ms);
    else port2.postMessage(null);
  };
}
