/**
 * Words of the advisor that its messages share. What the log can show: a mode runs on another model than it should · side requests on
 * a flagship · look-ups on a flagship · one mode costs most · the cheaper-listed model is dearer · a run far above its like · a task
 * goes round in circles · a cold cache · a big result read again · thinking for a few words · many small turns.
 */
export const ruleIds = [
  'drift',
  'utility',
  'explorer',
  'mode',
  'inversion',
  'past the line',
  'loop',
  'cold cache',
  'big result',
  'thinking',
  'small turns',
] as const;
export type RuleId = (typeof ruleIds)[number];

/** Arithmetic on the log · a counterfactual with a range · the user's own outcomes. */
export const evidences = ['exact', 'estimated', 'evidence'] as const;
export type Evidence = (typeof evidences)[number];

export const cardStates = ['open', 'applied', 'notNow', 'never', 'settled', 'withdrawn'] as const;
export type CardState = (typeof cardStates)[number];

export const cardActions = ['apply', 'notNow', 'never', 'undo'] as const;
export type CardAction = (typeof cardActions)[number];

/** Whether a cheaper model may be offered: with a card · only as a row of the table · not at all. */
export const allowances = ['ask', 'quiet', 'never'] as const;
export type Allowance = (typeof allowances)[number];

/** What the user says about one mode or kind of request. */
export interface PolicyEntry {
  readonly allow?: Allowance | undefined;
  /** Model ids, the dearest wish first; empty or absent = whatever the user's agents already use, if it is cheaper. */
  readonly candidates?: readonly string[] | undefined;
}

/** By `<agent>/<mode>`, mode, canonical mode or kind of request: the most exact name wins. */
export type Policy = Readonly<Record<string, PolicyEntry>>;
