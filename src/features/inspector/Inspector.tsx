import { useDocument } from '../../document/store.ts';
import { EdgeInspector } from './EdgeInspector.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import { ScenarioInspector } from './ScenarioInspector.tsx';
import { SelectionInspector } from './SelectionInspector.tsx';
import { RulesContext } from './rules-context.ts';
import classes from './inspector.module.css';

interface InspectorProps {
  /** Opens the engine's rules that speak of a setting, by the broker's name. */
  readonly onRules: (setting: string) => void;
}

/** The settings of what is selected; of the scenario itself while nothing is. */
export function Inspector({ onRules }: InspectorProps) {
  const design = useDocument((state) => state.design);
  const selection = useDocument((state) => state.selection);
  const count = selection.nodes.length + selection.edges.length;
  const node = design.nodes.find(({ id }) => id === selection.nodes[0]);
  const edge = design.edges.find(({ id }) => id === selection.edges[0]);
  return (
    <RulesContext value={onRules}>
      <div className={classes.inspector}>
        {count > 1 ? (
          <SelectionInspector design={design} selection={selection} />
        ) : node !== undefined ? (
          // A key of its own: what was typed for one node must not be committed to the next.
          <NodeInspector key={node.id} design={design} node={node} />
        ) : edge !== undefined ? (
          <EdgeInspector key={edge.id} design={design} edge={edge} />
        ) : (
          <ScenarioInspector design={design} />
        )}
      </div>
    </RulesContext>
  );
}
