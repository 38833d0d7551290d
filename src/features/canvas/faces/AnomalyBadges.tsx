import { Mark } from '../../../ui/marks.tsx';
import { stateLabels } from '../../../ui/states.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import { LiveText, useLive } from '../live/hooks.tsx';
import { CONSUMER_ANOMALIES, CONSUMER_ANOMALY_FIGURES, sumOf, type ConsumerAnomaly } from './gauges.ts';
import { subscriptionsOfConsumer } from './layout-index.ts';
import { shortCount } from './short-count.ts';
import classes from './face.module.css';

/** Everything that went wrong at a consumer, counted; each count opens the messages behind it. */
export function AnomalyBadges({ id }: { readonly id: string }) {
  const present = useLive((values, layout) => {
    const subscriptions = subscriptionsOfConsumer(layout, id);
    return CONSUMER_ANOMALY_FIGURES.filter((figure) => sumOf(values, subscriptions, figure) > 0).join();
  }, '');
  if (present === '') return null;
  return (
    <div className={classes.anomalies}>
      {(present.split(',') as ConsumerAnomaly[]).map((figure) => (
        <AnomalyBadge key={figure} id={id} figure={figure} />
      ))}
    </div>
  );
}

function AnomalyBadge({ id, figure }: { readonly id: string; readonly figure: ConsumerAnomaly }) {
  const { onInspect } = useCanvasCallbacks();
  const kind = CONSUMER_ANOMALIES[figure];
  return (
    <button
      type="button"
      className={`${classes.anomaly} nodrag nopan nokey`}
      title={`${stateLabels[kind]}: show the messages`}
      onClick={() => onInspect({ type: 'anomalies', node: id, figure })}
    >
      <Mark kind={kind} size={12} />
      <LiveText read={(values, layout) => shortCount(sumOf(values, subscriptionsOfConsumer(layout, id), figure))} />
      <span className={classes.spoken}> {stateLabels[kind]}</span>
    </button>
  );
}
