/** Runs cases of queueing theory: each as replications of a real scenario, until its rows say enough or the budget is spent. */
import { replicationSeed } from '../../../experiments/seeds.ts';
import { checkingOutcome, notCovered, type Outcome, type Runner } from '../cases.ts';
import { halfWidthOf, judge, REPLICATIONS_MIN, statedHalfWidth, type Measured } from './accept.ts';
import { NotExpressible } from './design.ts';
import { runIdentity } from './identities/identities.ts';
import { modelOf } from './models/table.ts';
import type { Plan } from './plan.ts';
import { caseSchema, identitySchema, type Row, type TheoryCase } from './table.ts';
import { pool, type Tally } from './tally.ts';

export interface Budget {
  /** Messages that a case takes, warm-up apart. */
  readonly messages: number;
  /** As far as it goes on for rows that are sharp by then. */
  readonly messagesMax: number;
  /** As far as it goes on while not one of its rows is sharp. */
  readonly messagesLast: number;
  /** Relative half-width of a 99 % interval at which a row has said enough. */
  readonly halfWidth: number;
}

/** Seconds a case; 2 % for the means of moderate loads. */
export const EVERYDAY: Budget = { messages: 60_000, messagesMax: 1_000_000, messagesLast: 8_000_000, halfWidth: 0.02 };
/** Until all rows are within 1 %, as long as that takes; a case is cut short at 20 million messages. */
export const FULL: Budget = { ...fixedBudget(20_000_000), halfWidth: 0.01 };

/** So many messages a case and no more. */
export function fixedBudget(messages: number): Budget {
  return { messages, messagesMax: messages, messagesLast: messages, halfWidth: EVERYDAY.halfWidth };
}

/** Any fixed number: a run of this command can be repeated. */
const SEED = 20_260_729;
/** Beyond it replications grow longer rather than more. */
const REPLICATIONS_MAX = 50;
/** By what factor the number of replications grows from one look at them to the next. */
const LOOKS_APART = 1.05;
/** Rows looser than this are not worth a run. */
const WORTHWHILE = 0.1;
/** With a half-width like this a row sees an error of 10 %: it allows 6 %, and luck takes more than the rest in one run of 200. */
const SHARP = 0.04;
/** What agrees and might have been off by more is said to agree loosely. */
const LOOSE = 0.05;

export function theoryRunner(budget: Budget): Runner {
  const cases = checkingOutcome(caseSchema, (given) => runCase(given, budget));
  const identities = checkingOutcome(identitySchema, ({ id }) => runIdentity(id));
  return (one, content) => ('identities' in content ? identities : cases)(one, content);
}

const TOO_SHORT = 'A run within the budget is too short to say anything: every half-width exceeds 10 %.';

/** A row with one number to be compared: vectors have one for each component. */
interface Target {
  readonly row: Row;
  readonly expected: number;
  readonly component: number | null;
}

function runCase(given: TheoryCase, budget: Budget): Outcome {
  const model = modelOf(given.model);
  if ('uncovered' in model) return notCovered(model.uncovered);
  const rows = given.rows.filter(({ kind }) => COMPARED.has(kind));
  if (rows.length === 0) return notCovered('No row is meant to be compared.');
  try {
    const metrics = rows.map(({ metric }) => metric);
    const plan = model({ parameters: given.parameters, relaxation: given.relaxation_messages ?? undefined, metrics });
    if ('uncovered' in plan) return notCovered(plan.uncovered);
    const { cost = 1 } = plan;
    if (cost > budget.messagesLast) return notCovered(`One run takes ${cost} messages, more than the budget.`);
    const possible = rows.some((row) => isWithinReach(row, unitsOf(plan, budget.messagesLast)));
    if (!possible) return notCovered(TOO_SHORT);
    return compare(rows, plan, replicate(rows, plan, budget));
  } catch (error) {
    if (error instanceof NotExpressible) return notCovered(`The engine does not take the parameters: ${error.message}`);
    throw error;
  }
}

const COMPARED: ReadonlySet<string> = new Set(['exact', 'numeric', 'bound_upper', 'estimate']);

function unitsOf({ cost = 1 }: Plan, messages: number): number {
  return Math.max(1, Math.floor(messages / cost));
}

/** Whether a row can say anything with that many units: one that states no half-width may. */
function isWithinReach(row: Row, units: number): boolean {
  return (statedHalfWidth(row, units) ?? 0) <= WORTHWHILE;
}

/** Replications, each with a seed of its own, until every row says enough or the budget is spent. */
function replicate(rows: readonly Row[], plan: Plan, budget: Budget): readonly Tally[] {
  const units = unitsOf(plan, budget.messages);
  const unitsLast = unitsOf(plan, budget.messagesLast);
  const { min, max } = plan.size;
  // Half-widths that rows do not state have to come from the replications.
  const least = plan.deterministic === true || rows.every(statesItsOwn) ? 1 : REPLICATIONS_MIN;
  const wanted = Math.max(min, Math.ceil(units / REPLICATIONS_MAX));
  const size = Math.min(max, least * wanted <= unitsLast ? wanted : Math.min(wanted, units));
  const tallies: Tally[] = [];
  // Pooling many short ones after each of them would cost more than they do.
  let looksAt = least;
  for (let spent = 0; ;) {
    tallies.push(plan.run(replicationSeed(SEED, tallies.length), size));
    spent += size;
    if (plan.deterministic === true || spent + size > unitsLast) break;
    if (tallies.length < looksAt) continue;
    if (isEnough(rows, plan, budget, tallies, spent + size)) break;
    looksAt = Math.ceil(tallies.length * LOOKS_APART);
  }
  return tallies;
}

/** @param next units there would be after one more replication */
function isEnough(rows: readonly Row[], plan: Plan, budget: Budget, tallies: readonly Tally[], next: number): boolean {
  const widths = halfWidths(rows, plan, tallies);
  if (widths.every(({ width }) => width <= budget.halfWidth)) return true;
  if (next <= unitsOf(plan, budget.messages)) return false;
  const sharpBy = (units: number) => (row: Row) => (statedHalfWidth(row, units) ?? 0) <= SHARP;
  const isInTime = sharpBy(unitsOf(plan, budget.messagesMax));
  if (next <= unitsOf(plan, budget.messagesMax) && widths.some(({ row, width }) => width > SHARP && isInTime(row)))
    return false;
  // One row at least is to be sharp, where the budget can make it so.
  const enough = rows.some(sharpBy(unitsOf(plan, budget.messagesLast))) ? SHARP : WORTHWHILE;
  return widths.length === 0 || widths.some(({ width }) => width <= enough);
}

function statesItsOwn(row: Row): boolean {
  return row.match === 'exact' || row.expected === 0 || statedHalfWidth(row, 1) !== undefined;
}

/** Of every row that is measured and is not exact. */
function halfWidths(rows: readonly Row[], plan: Plan, tallies: readonly Tally[]): { row: Row; width: number }[] {
  const pooled = pool(tallies);
  return rows
    .filter(({ match }) => match !== 'exact')
    .flatMap(targetsOf)
    .flatMap(({ row, ...target }) => {
      const measured = measure({ row, ...target }, plan, pooled, tallies);
      return measured === null ? [] : [{ row, width: halfWidthOf(row, target.expected, measured) }];
    });
}

function targetsOf(row: Row): Target[] {
  if (typeof row.expected === 'number') return [{ row, expected: row.expected, component: null }];
  return row.expected.map((expected, component) => ({ row, expected, component }));
}

/** Null for a metric that is not measured. A vector of another length differs by a NaN. */
function measure({ row, component }: Target, plan: Plan, pooled: Tally, tallies: readonly Tally[]): Measured | null {
  const read = (tally: Tally): number | undefined => {
    const figure = plan.figure(tally, row.metric);
    if (figure === undefined || typeof figure === 'number') return component === null ? figure : Number.NaN;
    const isAlike = typeof row.expected === 'object' && row.expected.length === figure.length;
    return component === null || !isAlike ? Number.NaN : figure[component];
  };
  if (plan.figure(pooled, row.metric) === undefined) return null;
  const isLong = plan.units(pooled) >= 0.9 * plan.size.min * tallies.length;
  return {
    value: read(pooled)!,
    parts: isLong ? tallies.map((tally) => read(tally)!) : [],
    units: plan.units(pooled),
    observations: plan.observations?.(pooled, row.metric) ?? plan.units(pooled),
    deterministic: plan.deterministic === true,
  };
}

function compare(rows: readonly Row[], plan: Plan, tallies: readonly Tally[]): Outcome {
  const pooled = pool(tallies);
  const wrong: string[] = [];
  const short: string[] = [];
  const loose: string[] = [];
  const unmeasured: string[] = [];
  let agreed = 0;
  for (const row of rows) {
    const judgements = targetsOf(row).map((target) => {
      const measured = measure(target, plan, pooled, tallies);
      return measured === null ? null : judge(row, target.expected, measured);
    });
    const differing = judgements.find((judgement) => judgement?.verdict === 'differs');
    if (differing?.verdict === 'differs') wrong.push(differing.sentence);
    else if (judgements.includes(null)) unmeasured.push(row.metric);
    else if (judgements.some((judgement) => judgement?.verdict === 'says nothing')) short.push(row.metric);
    else {
      agreed += 1;
      const allowed = Math.max(
        ...judgements.map((judgement) => (judgement?.verdict === 'agrees' ? judgement.allowed : 0)),
      );
      if (allowed > LOOSE) loose.push(`${row.metric} to ${(allowed * 100).toPrecision(2)} %`);
    }
  }
  if (wrong.length > 0) return { verdict: 'fail', reason: wrong.join('; ') };
  const rest = [
    ...(loose.length > 0 ? [`loosely ${loose.join(', ')}`] : []),
    ...(short.length > 0 ? [`too short to say of ${short.join(', ')}`] : []),
    ...(unmeasured.length > 0 ? [`not measured: ${unmeasured.join(', ')}`] : []),
  ];
  if (agreed === 0) return notCovered(`No row can be compared: ${rest.join('; ')}`);
  const over = plan.deterministic === true ? '' : ` over ${plan.units(pooled)} ${plan.unit ?? 'messages'}`;
  return { verdict: 'pass', note: [`${agreed} of ${rows.length} rows agree${over}`, ...rest].join('; ') };
}
