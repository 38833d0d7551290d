import type { SubscriptionBlock } from '../../../../workers/protocol/frame.ts';
import { useLive, LiveText } from '../live/hooks.tsx';
import { useDocument } from '../../../document/store.ts';
import { frames } from '../../../simulation/frames.ts';
import { nodeTitle } from '../flow/describe.ts';
import { subscriptionsOfTopic } from './layout-index.ts';
import { groupLetter, groupVariable } from './groups.ts';
import { groupIndexOfSubscription } from './layout-index.ts';
import { shareSum } from './share-cells.ts';
import { shortCount } from './short-count.ts';
import { groupTitle, lagOf } from './topic-model.ts';
import classes from './face.module.css';

/** `5`, or `5 + 2` with two to be delivered again. */
function inHand(values: Float64Array, subscription: SubscriptionBlock): string {
  const again = shareSum(values, subscription, 'available');
  const held = shortCount(shareSum(values, subscription, 'acquired'));
  return again > 0 ? `${held} + ${shortCount(again)}` : held;
}

/** Legends shown; the rest is a number. */
const SHOWN = 3;

/** The legend of the markers: each group's letter, name and lag. */
export function TopicGroups({ id }: { readonly id: string }) {
  useLive((_values, layout) => layout.version, -1);
  const names = useDocument((state) => state.design.nodes);
  const layout = frames.current()?.layout;
  const subscriptions = layout === undefined ? [] : subscriptionsOfTopic(layout, id);
  const titleOf = (nodeId: string) => {
    const node = names.find((other) => other.id === nodeId);
    return node === undefined ? nodeId : nodeTitle(node);
  };
  return (
    <ul className={classes.groups} aria-label="Groups reading this topic">
      {subscriptions.slice(0, SHOWN).map((subscription) => {
        const index = layout === undefined ? -1 : groupIndexOfSubscription(layout, subscription);
        const read = (values: Float64Array) => shortCount(lagOf(values, subscription));
        return (
          <li key={subscription.group} className={classes.group}>
            <span className={classes.groupPill} style={{ background: groupVariable(index) }} aria-hidden>
              {groupLetter(index)}
            </span>
            <span className={classes.groupName}>{groupTitle(subscription, titleOf)}</span>
            {subscription.sharesAt >= 0 && (
              <span
                className={classes.groupLag}
                title="Records that members have in hand, and those to be delivered again"
              >
                in hand <LiveText read={(values) => inHand(values, subscription)} />
              </span>
            )}
            <span className={classes.groupLag}>
              lag <LiveText read={read} />
            </span>
          </li>
        );
      })}
      {subscriptions.length > SHOWN && <li className={classes.group}>+{subscriptions.length - SHOWN}</li>}
    </ul>
  );
}
