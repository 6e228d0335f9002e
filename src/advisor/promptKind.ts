/**
 * What a prompt asks for, where its own words say it beyond doubt. This is about the kind of work, never about how hard it is: prompts
 * do not tell that (measured: no predictor from the prompt alone beats the kind of task). Everything unsure is `undefined`.
 */
export const promptKinds = [
  'commit message',
  'title',
  'summary',
  'explain',
  'rename',
  'typo',
  'format',
  'one-file edit',
  'translate',
  'search',
] as const;
export type PromptKind = (typeof promptKinds)[number];

/** Only so much of a prompt is looked at, and a longer one is some larger piece of work. */
const longest = 300;

/** Words that make any request more than it seems. */
const more =
  /\b(implement|refactor|redesign|architect|migrat|rewrite|debug|diagnos|investigat|optimi[sz]|race|deadlock|leak|security|vulnerab|fail(s|ing|ed)?|crash|bug|regression|raises?|exceptions?|errors? (when|on|if)|that (makes|causes|breaks)|why does|all (the )?(files|tests|modules)|across|throughout|whole (repo|project|codebase)|every (file|module|usage)|then|also|and (then )?(add|fix|write|update|create|test|run|make))\b|(重构|实现|调试|排查|优化|迁移|所有文件|整个项目|然后|并且)/i;
/** Several sentences of orders, lists, code or traces: not one small thing. */
const several = /\n\s*([-*]|\d+[.)])\s|```|\n\s*at \S+ \(|Traceback|[.;!?。；！？]\s+\S.*[.;!?。；！？]\s+\S/;

const patterns: readonly (readonly [PromptKind, RegExp])[] = [
  [
    'commit message',
    /^(please |can you |could you )?(write|generate|create|draft|suggest|give me|make)( me| us)? (an?|the|one)? ?((good|short|concise|conventional|git|one-line) )*commit (message|msg)(?=$|[.!?]?$| (for|of|describing|based on|from|in|about|summari)\b)|^(请|帮我)?(写|生成|起草)(一个|一条|个|条)?(git ?)?(提交信息|提交说明|commit message)/i,
  ],
  [
    'title',
    /^(please |can you |could you )?(write|generate|create|suggest|give me|make)( me)? (an?|the)? ?((short|concise|good) )*(title|heading|headline|name) for (this|the|my|our) (conversation|chat|session|thread|pr|pull request|issue)\b|^(请|帮我)?(写|生成|起|取)(一个|个)?(对话|会话|聊天|PR)的?标题/i,
  ],
  [
    'summary',
    /^(please |can you |could you )?(summari[sz]e|condense|give me a (short |brief )?summary of) (this|the|our|my) (conversation|chat|session|thread|diff|changes|discussion)\b|^(请|帮我)?(总结|概括)(一下)?(这次|这个|本次|当前)?的?(对话|会话|聊天|改动)/i,
  ],
  [
    'explain',
    /^(please |can you |could you )?(explain|describe|tell me|walk me through) (to me )?(what|how)? ?(the )?(this|that|these|line|function|method|class|file|regex|command|query|code|selected|selection|following|`)|^what (does|is|are) (this|that|line|`)[^?]*\??$|^(请|帮我)?解释(一下)?(这|该|以下|下面|选中)/i,
  ],
  [
    'rename',
    /^(please |can you |could you )?rename (the |this )?((local |private )?(variable|function|method|class|parameter|argument|constant|field|property|symbol|file) )?[`'"]?[\w$.#/-]+[`'"]? (to|as|into) [`'"]?[\w$.#/-]+[`'"]?( (in|of) [`'"]?[\w$./-]+[`'"]?)?[.!]?$|^(请|帮我)?把\s*[`'"]?[\w$.]+[`'"]?\s*(重命名|改名)(为|成)\s*[`'"]?[\w$.]+[`'"]?[。.]?$/i,
  ],
  [
    'typo',
    /^(please |can you |could you )?(fix|correct) (the |a |this |any |all )?(typos?|misspellings?|(spelling|grammar)( mistakes?| errors?)?)( (in|on|of) [^;!?]{1,80})?[.!]?$|^(请|帮我)?(修正|改正|纠正|修复)(一下)?.{0,20}(错别字|拼写|语法错误)/i,
  ],
  [
    'format',
    /^(please |can you |could you )?(re)?(format|indent|prettify|lint-format|sort the imports|sort imports|organi[sz]e (the )?imports)( (of|in))?( (this|the|my|these))?( (file|code|json|selection|imports|function|table|yaml|sql|query|document))?( (of|in) [`'"]?[\w$./-]+[`'"]?)?[.!]?$|^(请|帮我)?(格式化|排版)(一下)?(这|该|以下|选中|文件|代码)/i,
  ],
  [
    'translate',
    /^(please |can you |could you )?translate (this|the|these|my) (comment|text|string|readme|sentence|paragraph|docstring)s? (in)?to \w+[.!]?$|^(请|帮我)?(把|将)(这|该|以下)?(段|些|个)?(注释|文字|文本|句子)翻译成/i,
  ],
  [
    'search',
    /^(please |can you |could you )?(find|list|show( me)?|locate|grep( for)?|search for) (where|all (the )?(places|usages|callers|references|occurrences|uses)|the (definition|callers|usages|references))\b|^where (is|are) [`'"]?[\w$.]+[`'"]? (defined|used|called|declared)\??$|^(请|帮我)?(找|查找|搜索)(一下)?.{0,20}(定义|引用|调用|用到)/i,
  ],
  [
    'one-file edit',
    /^(please |can you |could you )?(add|remove|delete|change|update|bump|set|replace|comment out|uncomment) (the |a |an |this |that )?(comment|docstring|log line|console\.log|import|unused import|unused variable|blank line|trailing whitespace|license header|type annotation|version|constant|default value|port|timeout)\b[^.;]{0,120} (in|to|from|at|of) [`'"]?[\w./-]+\.[a-z]{1,5}[`'"]?[^.;]{0,40}[.!]?$/i,
  ],
];

/** At most a few microseconds: nothing but the first characters is read. */
export function promptKind(prompt: string): PromptKind | undefined {
  if (prompt.length > longest * 4) return undefined;
  const text = prompt.trim();
  if (text === '' || text.length > longest || several.test(text)) return undefined;
  const found = patterns.find(([, pattern]) => pattern.test(text))?.[0];
  return found === undefined || more.test(text) ? undefined : found;
}
