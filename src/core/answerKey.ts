/** The names under which sources tell ids of answers: each wire's answers are numbered by themselves; `call` where the wire is not told. */
export type AnswerSpace = 'msg' | 'resp' | 'chat' | 'gemini' | 'call';

/** Fewer characters than any provider's random ids have. */
const leastLength = 20;
/** Fewer different ones than 20 random characters have; a counter that is padded, or a time, has fewer still. */
const leastVariety = 8;

/**
 * The key of an answer by its provider's id, which every source of that answer knows; none where other answers may have the same id: Ollama draws
 * from a thousand, others write the second or a constant. What has no such key is matched by its counts and times.
 */
export function answerKeys(space: AnswerSpace, id: string | undefined): readonly string[] {
  return id !== undefined && isUnique(id) ? [`${space}:${id}`] : [];
}

/** Whether an id is as long and as mixed as the random ones of Anthropic (`msg_01…`), OpenAI (`chatcmpl-…`, `resp_…`), Google, OpenRouter (`gen-…`) and their like. */
export function isUnique(id: string): boolean {
  const own = id.replace(/^[a-z]+[-_](?:[a-z]+_)?/, '').replace(/[^A-Za-z0-9]/g, '');
  // A word is of one case; few random ids have no digit, none of them one case only.
  const isMixed = /\d/.test(own) ? /[A-Za-z]/.test(own) : /[a-z]/.test(own) && /[A-Z]/.test(own);
  return own.length >= leastLength && isMixed && new Set(own).size >= leastVariety;
}
