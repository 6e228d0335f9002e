import { isUnique } from '../answerKey.ts';
import { promptTokens } from '../usage.ts';
import { instant, type JsonObject, object, text } from './json.ts';
import { type AnswerFacts, usageReader } from './usageReader.ts';

/**
 * The answers in the lines of a Claude Code session file, each once. The same answer is written once per content block
 * with the same message id, at first with a partial output count; resumed sessions copy lines, and side
 * questions (`isSidechain`) replay the main thread's answers. Not every line has the request id, and a replay has a new one.
 * Where the message id may be another answer's too, lines are one answer's that tell the same prompt.
 */
export function claudeCodeAnswers(lines: readonly unknown[]): readonly AnswerFacts[] {
  const answers = new Map<string, AnswerFacts>();
  const mainIds = new Set<string>();
  const assistant = lines.map(object).filter((line) => line.type === 'assistant');
  const ordered = [...assistant.filter((line) => !line.isSidechain), ...assistant.filter((line) => line.isSidechain)];
  for (const [at, line] of ordered.entries()) {
    const facts = answerIn(line);
    if (!facts?.usage) continue;
    const id = facts.answerId;
    if (id && line.isSidechain && mainIds.has(id)) continue;
    if (id && !line.isSidechain) mainIds.add(id);
    const key = !id ? `line ${text(line.uuid) ?? at}` : isUnique(id) ? id : `${id} ${promptTokens(facts.usage)}`;
    answers.set(key, fuller(answers.get(key), facts));
  }
  return [...answers.values()];
}

function answerIn(line: JsonObject): AnswerFacts | undefined {
  const reader = usageReader('anthropic');
  reader.event(line.message);
  const { usage, asides, answerId, model, serviceTier, region, toolCalls, final } = reader;
  return { usage, asides, answerId, model, serviceTier, region, toolCalls, final, at: instant(line.timestamp) };
}

/** Counts only grow while an answer is written down: the line that says more is the later one. */
function fuller(a: AnswerFacts | undefined, b: AnswerFacts): AnswerFacts {
  if (!a?.usage || !b.usage) return b;
  const more = b.usage.output - a.usage.output || promptTokens(b.usage) - promptTokens(a.usage);
  return more >= 0 ? { ...b, at: a.at ?? b.at, toolCalls: a.toolCalls + b.toolCalls } : a;
}
