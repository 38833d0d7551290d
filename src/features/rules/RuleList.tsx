import type { Fidelity, RuleSection } from './spec.ts';
import { Sentence } from './Sentence.tsx';
import classes from './rules.module.css';

const MEANINGS: Readonly<Record<Fidelity, string>> = {
  exact: "held to cases made by running the broker's own code",
  modelled: 'does what the source says',
  simplified: 'does less than the broker, as said',
  own: 'what the playground itself defines',
};

/** Numbered rules by section, each with how near it is to the broker and where that is written. */
export function RuleList({ sections }: { readonly sections: readonly RuleSection[] }) {
  return sections.map((section) => (
    <section key={section.id} aria-label={section.title}>
      <h3 className={classes.heading}>{section.title}</h3>
      <ul className={classes.rules}>
        {section.rules.map((rule) => (
          <li key={rule.id} className={classes.rule}>
            <span className={classes.id}>{rule.id}</span>
            <div>
              <p>
                <Sentence text={rule.what} />
              </p>
              <p className={classes.source}>
                <span className={classes.fidelity} data-fidelity={rule.fidelity} title={MEANINGS[rule.fidelity]}>
                  {rule.fidelity}
                </span>
                {rule.source !== 'own' && <Sentence text={rule.source} />}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  ));
}
