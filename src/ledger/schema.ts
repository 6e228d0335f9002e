import { usageClasses } from '../core/usage.ts';

/** The sums kept per day, task and run. Token counts and numbers of requests … */
export const countColumns = [
  'requests',
  ...usageClasses,
  'unpricedTokens',
  'resentTokens',
  // Of the requests whose prompt was read: their number, and our count of its parts.
  'readRequests',
  'systemTokens',
  'toolTokens',
  'messageTokens',
] as const;
/**
 * … and money in pico-dollars, by basis; `resentPico` and `fixedPico` are inside the first three, `errorPico` is the ± of
 * `estimatedPico`.
 */
export const moneyColumns = ['reportedPico', 'pricedPico', 'estimatedPico', 'resentPico', 'errorPico', 'fixedPico'] as const;
export const sumColumns = [...countColumns, ...moneyColumns] as const;

export type SumColumn = (typeof sumColumns)[number];

/** 64-bit integers hold sums up to nine million dollars. */
const sums = sumColumns.map((name) => `${name} INTEGER NOT NULL DEFAULT 0`).join(', ');
const classes = usageClasses.map((name) => `${name} INTEGER NOT NULL`).join(', ');

/**
 * `dims` holds every combination of the words that rows are grouped by once; rows and sums name it by number.
 * Empty text = not told. Times are milliseconds since the epoch, money is pico-dollars.
 */
const first = `
CREATE TABLE dims (
  dim INTEGER PRIMARY KEY,
  agent TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, mode TEXT NOT NULL, modeKind TEXT NOT NULL,
  kind TEXT NOT NULL, workspace TEXT NOT NULL, branch TEXT NOT NULL, billing TEXT NOT NULL, sample INTEGER NOT NULL,
  UNIQUE (agent, provider, model, mode, modeKind, kind, workspace, branch, billing, sample)
) STRICT;

-- A task without lastAt has no request yet: it was named as a parent.
CREATE TABLE tasks (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, agent TEXT NOT NULL,
  parent INTEGER, root INTEGER NOT NULL, sources INTEGER NOT NULL DEFAULT 0, sample INTEGER NOT NULL DEFAULT 0,
  firstAt INTEGER, lastAt INTEGER
) STRICT;
CREATE INDEX tasksLast ON tasks (lastAt);
CREATE INDEX tasksParent ON tasks (parent) WHERE parent IS NOT NULL;
CREATE INDEX tasksRoot ON tasks (root);

CREATE TABLE requests (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  keys TEXT NOT NULL,                -- newline between keys
  task INTEGER NOT NULL, parent INTEGER, run TEXT, dim INTEGER NOT NULL,
  at INTEGER NOT NULL, began INTEGER,
  endedAt INTEGER,                   -- earliest sighting of the finished request
  source TEXT NOT NULL,              -- who is believed about the usage
  sources INTEGER NOT NULL,          -- bit per source that has seen it
  counted TEXT NOT NULL, outcome TEXT NOT NULL,
  abandoned INTEGER NOT NULL DEFAULT 0, -- its process died while it ran
  ${classes},
  reportedUsd TEXT, serviceTier TEXT, region TEXT,
  cost INTEGER, basis TEXT NOT NULL, errorPico INTEGER NOT NULL, priceRevision INTEGER NOT NULL,
  predTokens INTEGER, predCounted TEXT, predPlusMinus REAL, predExpected INTEGER, predWorst INTEGER,
  chain INTEGER NOT NULL, inForce TEXT NOT NULL, resentTokens INTEGER NOT NULL, resentPico INTEGER NOT NULL,
  switched INTEGER NOT NULL, fromMode TEXT NOT NULL, againTokens INTEGER NOT NULL, againPico INTEGER,
  -- What the gateway read of the prompt (core/promptFacts.ts) …
  partSystem INTEGER, partTools INTEGER, partMessages INTEGER, unusedTools INTEGER, maxOutput INTEGER,
  systemHash TEXT, toolsHash TEXT, fixedPico INTEGER,
  -- … and what the cache lost since the request before (core/cacheBreak.ts).
  brokeTokens INTEGER NOT NULL, brokeCause TEXT NOT NULL, brokePico INTEGER, grewTokens INTEGER NOT NULL
) STRICT;
CREATE INDEX requestsTask ON requests (task, at, id, dim);
CREATE INDEX requestsAt ON requests (at, dim);
CREATE INDEX requestsOpen ON requests (task) WHERE outcome = 'running' AND abandoned = 0;
CREATE INDEX requestsSwitched ON requests (task, at) WHERE switched > 0;
-- These hold all that the breakdown asks of the few rows they have, so that a month of requests is never gone through.
CREATE INDEX requestsSwitchedAt ON requests (at, dim, task, switched, fromMode, inForce, againTokens, againPico) WHERE switched > 0;
CREATE INDEX requestsBroke ON requests (at, dim, task, brokeCause, brokeTokens, brokePico) WHERE brokeTokens > 0;
CREATE INDEX requestsFailed ON requests (at, dim, task, outcome, cost) WHERE outcome IN ('error', 'cut') OR abandoned = 1;
CREATE INDEX requestsGrew ON requests (at, dim, task, grewTokens) WHERE grewTokens >= 10000;

CREATE TABLE requestKeys (key TEXT PRIMARY KEY, request INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE rollupDay (day INTEGER NOT NULL, dim INTEGER NOT NULL, ${sums}, PRIMARY KEY (day, dim)) STRICT, WITHOUT ROWID;
CREATE TABLE taskSums (task INTEGER NOT NULL, billing TEXT NOT NULL, ${sums}, PRIMARY KEY (task, billing)) STRICT, WITHOUT ROWID;
CREATE TABLE runSums (task INTEGER NOT NULL, run TEXT NOT NULL, billing TEXT NOT NULL, ${sums},
  PRIMARY KEY (task, run, billing)) STRICT, WITHOUT ROWID;

CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE billingAnswers (agent TEXT PRIMARY KEY, billing TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stops (root TEXT PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, spent INTEGER NOT NULL, atLimit INTEGER, unit TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- What was stopped, resumed, raised and let run, by whom: values are JSON.
CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alerts (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE skipped (path TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (path, reason)) STRICT, WITHOUT ROWID;
`;

const second = `
-- Which day or month a stop is for; empty where it holds until somebody resumes the task.
ALTER TABLE stops ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE stops ADD COLUMN period TEXT NOT NULL DEFAULT '';
`;

const third = `
-- Which of the user's limits led to a stop, and the request, run, task tree, day or month that it was for.
ALTER TABLE stops RENAME COLUMN period TO limitKey;
ALTER TABLE stops ADD COLUMN limitId TEXT NOT NULL DEFAULT '';
`;

const fourth = `
-- Records of whole turns, of which there are few, are looked for beside each request of their task.
CREATE INDEX requestsTurn ON requests (task, at) WHERE keys GLOB 'turn:*';
`;

/** Forward only: each entry brings a database one schema further. Never edit one that was released. */
export const migrations: readonly string[] = [first, second, third, fourth];
