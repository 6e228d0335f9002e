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

/** A longer prompt is some larger piece of work. */
const longest = 300;

/** Any of this asks for a second thing, or for more than it seems. */
const more =
  /[,;:，；：、\n]|\b(and|then|also|plus|across|throughout|whole|every|each)\b|并|顺便|然后|再|同时|以及|接着|整个|全部|和/i;

const please = /^(please|can you|could you|would you|请你?|麻烦你?|帮我|请帮我),? ?/i;
const thanks = /,? ?(please|thanks|thank you|谢谢)?[.!?。！？]*$/i;

/** A name or a path as people write it. */
const name = String.raw`[\x60'"]?[\w$#./-]+(?:\(\))?[\x60'"]?`;
const file = String.raw`[\x60'"]?[\w$./-]+\.[a-z]{1,5}[\x60'"]?`;
const code =
  '(?:function|method|class|file|regex|regular expression|command|query|code|snippet|selection|block|line|lines|script)';
const prose =
  '(?:comments?|text|strings?|readme|sentences?|paragraphs?|docstrings?|headings?|descriptions?|messages?|docs|documentation|changelog)';
const document = String.raw`[\x60'"]?[\w$./-]+\.(?:md|mdx|txt|rst|adoc)[\x60'"]?`;
const language =
  '(?:english|german|french|spanish|italian|portuguese|dutch|polish|russian|ukrainian|turkish|arabic|hindi|japanese|korean|vietnamese|thai|(?:simplified |traditional )?chinese)';
const changes = '(?:changes?|diff|commit|patch|edits?|modifications?)';

/** Whole prompts, without what is only polite: nothing may stand before or behind. */
const patterns: readonly (readonly [PromptKind, readonly string[]])[] = [
  [
    'commit message',
    [
      `(?:write|generate|create|draft|suggest|give me|make)(?: me| us)?(?: an?| the| one)?(?: (?:good|short|concise|conventional|git|one-line))* commit (?:message|msg)(?: (?:for|of|describing|summari[sz]ing|based on|from|about)(?: (?:this|these|the|my|our))?(?: (?:staged|unstaged|current|latest|last|recent|uncommitted|following|above))* ${changes})?`,
      '(?:写|生成|起草)(?:一个|一条|个|条)?(?:简短的|规范的)?(?:git ?)?(?:提交信息|提交说明|commit message)',
      '(?:为|给|根据)(?:这些|这次|当前|暂存)?的?(?:改动|更改|修改|变更)(?:写|生成|起草)(?:一个|一条|个|条)?(?:git ?)?(?:提交信息|提交说明|commit message)',
    ],
  ],
  [
    'title',
    [
      '(?:write|generate|create|suggest|give me|make)(?: me)?(?: an?| the)?(?: (?:short|concise|good))* (?:title|heading|headline|name) for (?:this|the|my|our) (?:conversation|chat|session|thread|pr|pull request|issue)',
      '(?:写|生成|起|取)(?:一个|个)?(?:这次|本次)?(?:对话|会话|聊天|PR)的?标题',
      '(?:给|为)(?:这次|本次|这个)?(?:对话|会话|聊天|PR)(?:写|生成|起|取)(?:一个|个)?标题',
    ],
  ],
  [
    'summary',
    [
      '(?:summari[sz]e|condense|give me an? (?:short |brief )?summary of) (?:this|the|our|my) (?:conversation|chat|session|thread|diff|changes|discussion)(?: (?:so far|until now|for me|briefly|in (?:one|a few|two|three) (?:sentences?|lines|words|paragraphs?|bullet points)))*',
      '(?:总结|概括)(?:一下)?(?:这次|这个|本次|当前)?的?(?:对话|会话|聊天|改动)(?:内容)?',
    ],
  ],
  [
    'explain',
    [
      `(?:explain|describe|walk me through)(?: to me)?(?: the| this| that| these)(?: (?:selected|following|above|highlighted))? ${code}(?: ${name})?(?: (?:in|from) ${file})?(?: (?:to me|briefly|line by line|step by step|in detail|in (?:simple|plain) (?:terms|words|english)|in (?:one|a few) (?:sentences?|words)))*`,
      `(?:explain|tell me|describe)(?: to me)? what(?: the| this| that| these)(?: (?:selected|following|above|highlighted))? ${code}(?: ${name})? (?:does|do|means?)(?: in ${file})?`,
      `(?:explain|tell me|describe)(?: to me)? how(?: the| this| that| these)(?: (?:selected|following|above|highlighted))? ${code}(?: ${name})? works?(?: in ${file})?`,
      String.raw`explain \x60[^\x60]{1,80}\x60`,
      `what (?:does|do|is|are) (?:this|that|these|the)(?: (?:selected|following|above|highlighted))? ${code}(?: ${name})?(?: (?:do|mean|for|doing))?`,
      String.raw`what (?:does|is) \x60[^\x60]{1,80}\x60(?: (?:do|mean|for))?`,
      '(?:解释|说明)(?:一下)?(?:这|该|以下|下面|选中)(?:一)?(?:个|段|行|些|条)?的?(?:函数|方法|类|代码|文件|正则(?:表达式)?|命令|查询|脚本)(?:的(?:作用|含义|意思|功能))?(?:是什么意思|是做什么的|做了什么)?',
      '(?:这|该)(?:一)?(?:个|段|行|些|条)(?:函数|方法|类|代码|文件|正则(?:表达式)?|命令|查询|脚本)(?:的(?:作用|含义|意思|功能)是什么|是什么意思|是做什么的|做了什么)',
    ],
  ],
  [
    'rename',
    [
      // Names of folders are everywhere, and names in a schema are also in its data.
      String.raw`rename (?:the |this )?(?:(?:local |private )?(?:variable|function|method|class|parameter|argument|constant|field|property|symbol|file) )?(?![\x60'"]?(?:src|lib|libs|test|tests|docs?|app|apps|dist|build|packages|scripts|server|client)\b)${name} (?:to|as|into) ${name}(?: (?:in|of) (?!\S*(?:sql|schema|migration))${name})?`,
      String.raw`把\s*[\x60'"]?[\w$.]+[\x60'"]?\s*(?:重命名|改名)(?:为|成)\s*[\x60'"]?[\w$.]+[\x60'"]?`,
    ],
  ],
  [
    'typo',
    [
      `(?:fix|correct)(?: the| a| this| any| all)? (?:typos?|misspellings?|spelling(?: mistakes?| errors?)?)(?: in (?:(?:this|the|that|my) (?:${prose}|file|line|title|label|variable name)|${file}))?`,
      `(?:fix|correct)(?: the| any| all)? grammar(?: mistakes?| errors?)?(?: (?:in|of) (?:(?:this|the|that|my) ${prose}|${document}))?`,
      '(?:修正|改正|纠正|修复)(?:一下)?(?:(?:这|该)?(?:里|个文件|段文字|段注释|句话|个句子)?(?:中|里)?的?)(?:错别字|拼写(?:错误)?|语法错误)',
    ],
  ],
  [
    'format',
    [
      `(?:re)?(?:format|indent|prettify)(?: (?:this|the|my|these))?(?: (?:file|code|json|selection|imports|function|table|yaml|sql|query|document))?(?: in)?(?: ${file})?`,
      `(?:sort|organi[sz]e)(?: the)? imports(?: (?:in|of) (?:this file|the file|${file}))?`,
      '(?:格式化|排版)(?:一下)?(?:(?:这|该|选中)?的?(?:个|段|些)?(?:文件|代码|文档|表格|JSON)?)',
    ],
  ],
  [
    'translate',
    [
      `translate (?:this|the|these|my) ${prose} (?:in)?to ${language}`,
      '(?:把|将)(?:这|该|以下)?(?:段|些|个|句)?(?:注释|文字|文本|句子)翻译(?:成|为)(?:英文|英语|中文|日文|日语|韩文|韩语|德文|德语|法文|法语|西班牙语|俄语)',
    ],
  ],
  [
    'search',
    [
      `(?:find|list|show(?: me)?|locate|grep for|search for)(?: all)?(?: the)? (?:usages?|uses|callers?|references?|occurrences?|call sites|definition) (?:of|to)(?: the)?(?: (?:function|method|class|constant|variable|type|symbol))? ${name}(?: in ${name})?`,
      `(?:find|list|show(?: me)?|locate)(?: all)?(?: the)? places where ${name} is (?:used|called|defined|declared|set)`,
      `where is (?:the (?:function|method|class|constant|variable|type) )?${name} (?:defined|used|called|declared)`,
      String.raw`(?:找|查找|搜索|列出)(?:一下|出)?(?:所有)?\s*[\x60'"]?[\w$.]+[\x60'"]?\s*的?(?:所有)?(?:定义|引用|调用|用法)(?:处|位置|的地方)?`,
      String.raw`(?:找|查找|搜索)(?:一下|出)?哪里(?:调用|引用|使用|用到|定义)了?\s*(?:这个(?:函数|方法|类|变量)|[\x60'"]?[\w$.]+[\x60'"]?)`,
      String.raw`[\x60'"]?[\w$.]+[\x60'"]?\s*(?:是)?在哪里(?:定义|使用|调用|引用)的?`,
    ],
  ],
  [
    'one-file edit',
    [
      `(?:add|remove|delete|change|update|bump|set|replace|comment out|uncomment) (?:the |a |an |this |that )?(?:comment|docstring|log line|console\\.log|import|unused import|unused variable|blank line|trailing whitespace|license header|type annotation|version|constant|default value|port|timeout)\\b[^.]{0,120} (?:in|to|from|at|of) ${file}`,
    ],
  ],
];

const compiled = patterns.map(([kind, all]) => [kind, new RegExp(`^(?:${all.join('|')})$`, 'i')] as const);

/** At most some microseconds. */
export function promptKind(prompt: string): PromptKind | undefined {
  if (prompt.length > longest * 4) return undefined;
  const whole = prompt.trim();
  if (whole.length > longest) return undefined;
  const text = whole.replace(please, '').replace(thanks, '');
  return more.test(text) ? undefined : compiled.find(([, pattern]) => pattern.test(text))?.[0];
}
