/**
 * Names of models and providers as agents, gateways and clouds write them. Pure text work: whether a name has a price is
 * the price book's business.
 */

/** What a written id says once everything that is not the model's own name is taken off. */
export interface ModelName {
  /** `claude-sonnet-4-5` */
  readonly id: string;
  /** Who made it, where the id says so (`anthropic/…`, `anthropic.…`). */
  readonly vendor?: string;
  /** Who serves it, where the id says so (`bedrock/…`, `openrouter/…`, an ARN). */
  readonly provider?: string;
  /** Bedrock's geography (`us`, `eu`, `global`, …): it changes the price. */
  readonly region?: string;
  /** `:free`, `:batch`, `:thinking`, … without the colon. */
  readonly variant?: string;
}

const providerNames: Readonly<Record<string, string>> = {
  aws: 'amazon-bedrock',
  bedrock: 'amazon-bedrock',
  'aws-bedrock': 'amazon-bedrock',
  bedrock_converse: 'amazon-bedrock',
  vertex: 'google-vertex',
  vertexai: 'google-vertex',
  vertex_ai: 'google-vertex',
  'vertex-ai': 'google-vertex',
  'google-vertex-anthropic': 'google-vertex',
  gemini: 'google',
  'google-gemini': 'google',
  'google-ai-studio': 'google',
  googleai: 'google',
  'x-ai': 'xai',
  grok: 'xai',
  copilot: 'github-copilot',
  'openai-codex': 'openai',
  'openai-native': 'openai',
  'openai-responses': 'openai',
  'azure-openai': 'azure',
  azure_ai: 'azure',
  'azure-cognitive-services': 'azure',
  moonshot: 'moonshotai',
  kimi: 'moonshotai',
  'z-ai': 'zai',
  'z.ai': 'zai',
  zhipu: 'zhipuai',
  bigmodel: 'zhipuai',
  'zai-cn': 'zhipuai',
  qwen: 'alibaba',
  dashscope: 'alibaba',
  'alibaba-intl': 'alibaba',
  'dashscope-cn': 'alibaba-cn',
  mistralai: 'mistral',
  'meta-llama': 'meta',
  'together-ai': 'together',
  togetherai: 'together',
  'fireworks-ai': 'fireworks',
  kilocode: 'kilo',
  'kilo-code': 'kilo',
  'llama-cpp': 'llama.cpp',
  llamacpp: 'llama.cpp',
  'lm-studio': 'lmstudio',
  'claude-code': 'anthropic',
  claude: 'anthropic',
};

/** One name per provider: `bedrock` → `amazon-bedrock`, `x-ai` → `xai`. Unknown names stay, lower case. */
export function providerName(provider: string): string {
  const name = provider.trim().toLowerCase();
  return Object.hasOwn(providerNames, name) ? (providerNames[name] ?? name) : name;
}

const localProviders = new Set([
  'ollama',
  'lmstudio',
  'llama.cpp',
  'jan',
  'vllm',
  'sglang',
  'mlx',
  'llamafile',
  'localai',
  'koboldcpp',
  'gpt4all',
  'docker-model-runner',
  'local',
]);

/** Runs on the user's own machine: counted, costs nothing. Ollama's `-cloud` models do not. */
export function isLocal(provider: string, id: string): boolean {
  return localProviders.has(providerName(provider)) && !/[:-]cloud$/i.test(id.trim());
}

/** Ids an agent writes for answers that no model gave. */
export function isPseudo(id: string): boolean {
  return id.trim().toLowerCase() === '<synthetic>';
}

/** Vendors whose models cost the same list price wherever no other price is known: they are sold by nobody else's card. */
const proprietary: readonly (readonly [string, RegExp])[] = [
  ['anthropic', /^claude-/],
  ['openai', /^(?:gpt-(?!oss)|chatgpt-|o\d(?:$|-)|codex-)/],
  ['google', /^gemini-/],
  ['xai', /^grok-/],
];

/** The maker of a model that only its maker prices, told by its id; undefined for open weights and strangers. */
export function proprietaryVendor(id: string): string | undefined {
  return proprietary.find(([, pattern]) => pattern.test(id))?.[0];
}

const gatewayPrefixes: Readonly<Record<string, string | undefined>> = {
  openrouter: 'openrouter',
  kilocode: 'kilo',
  kilo: 'kilo',
  copilot: 'github-copilot',
  'github-copilot': 'github-copilot',
  github_copilot: 'github-copilot',
  bedrock: 'amazon-bedrock',
  'amazon-bedrock': 'amazon-bedrock',
  converse: undefined,
  invoke: undefined,
  vertex_ai: 'google-vertex',
  'vertex-ai': 'google-vertex',
  vertex: 'google-vertex',
  'google-vertex': 'google-vertex',
  azure: 'azure',
  azure_ai: 'azure',
  opencode: 'opencode',
  litellm_proxy: undefined,
  litellm: undefined,
  'vercel-ai-gateway': 'vercel-ai-gateway',
  vercel: 'vercel-ai-gateway',
};

const localPrefix = /^(ollama|lmstudio|lm-studio|llama\.cpp|llamacpp|jan|vllm)\//;
const geography = /^(us-gov|us|eu|apac|jp|au|in|ca|global)\.(?=[a-z0-9-]+\.)/;
const dottedVendor =
  /^(anthropic|amazon|meta|mistral|deepseek|qwen|openai|moonshotai|moonshot|minimax|zai|google|cohere|ai21|nvidia|writer|xai)\.(?=[a-z])/;
const variants = /:(free|thinking|nitro|floor|online|exacto|extended|batch)$/;

/** Takes everything off an id that is not the model's own name. Never shortens the name itself. */
export function modelName(written: string): ModelName {
  let id = written.trim().toLowerCase();
  let provider: string | undefined;
  let vendor: string | undefined;
  if (id.startsWith('arn:')) {
    provider = /^arn:[a-z-]+:(?:bedrock|sagemaker)/.test(id) ? 'amazon-bedrock' : undefined;
    id = id.slice(id.lastIndexOf('/') + 1);
  }
  const resource = /(?:^|\/)publishers\/([^/]+)\/models\/(.+)$/.exec(id);
  if (resource) [vendor, id] = [resource[1], resource[2] ?? ''];
  id = id.replace(/^(?:projects|accounts|locations|tunedmodels)\/(?:[^/]+\/)*models\//, '').replace(/^models\//, '');
  const local = localPrefix.exec(id);
  if (local) return { id: id.slice(local[0].length), provider: providerName(local[1] ?? '') };
  for (;;) {
    const slash = id.indexOf('/');
    const head = id.slice(0, Math.max(0, slash));
    if (!Object.hasOwn(gatewayPrefixes, head)) break;
    provider ??= gatewayPrefixes[head];
    id = id.slice(slash + 1);
  }
  const place = geography.exec(id);
  if (place) id = id.slice(place[0].length);
  const maker = dottedVendor.exec(id) ?? /^~?([^/]+)\/(?=.)/.exec(id);
  if (maker) {
    vendor = maker[1];
    id = id.slice(maker[0].length).replace(/^models\//, '');
  }
  id = id.replace(/-v\d+:\d+(?::\w+)?$/, '').replace(/@(?:default|latest)$/, '');
  id = id.replace(/@(\d{8})$/, '-$1').replace(/\[1m\]$/, '');
  const variant = variants.exec(id)?.[1];
  if (variant) id = id.slice(0, -variant.length - 1);
  if (id.startsWith('claude-')) id = claudeName(id);
  return {
    id,
    ...(vendor ? { vendor: providerName(vendor) } : {}),
    ...(provider ? { provider } : {}),
    ...(place?.[1] ? { region: place[1] } : {}),
    ...(variant ? { variant } : {}),
  };
}

/** Claude's versions are written with dots or dashes, before or after the family, and with Bedrock's `-v1`. */
function claudeName(id: string): string {
  const dashed = id.replace(/(\d)\.(\d)/g, '$1-$2').replace(/-v\d+(?=-\d{8}$|$)/, '');
  const turned = /^claude-(\d{1,2}(?:-\d{1,2})?)-(opus|sonnet|haiku|fable|mythos)(?=$|-)(.*)$/.exec(dashed);
  if (turned && Number.parseInt(turned[1] ?? '', 10) >= 4) return `claude-${turned[2]}-${turned[1]}${turned[3]}`;
  return dashed.replace(/^claude-(opus|sonnet|haiku)-(3(?:-\d)?)(?=$|-)/, 'claude-$2-$1');
}

/** A shorter way to write the same model: tried only when the longer one has no price. */
export interface ShorterName {
  readonly id: string;
  /** The id asked for the fast mode: the model must have a price for it. */
  readonly fast: boolean;
}

/** `-codex-max` is a model, not an effort; and only Claude and Grok think under the same name at the same price. */
const effort = /(?<!-codex)-max$|-(?:minimal|low|medium|high|xhigh|none)$|(?<=^claude-.*)-thinking$|(?<=^grok-.*)-reasoning$/;
const date = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$/;
/** Families in which a trailing `-max` or `-medium` can be an effort; elsewhere it names a model of its own. */
const hasEffort = /^(?:claude-|gpt-|o\d|codex|gemini-|grok-|glm-|kimi-|deepseek-)/;

/** `id` without the date at its end. */
export function withoutDate(id: string): string {
  return id.replace(date, '');
}

/** `id` with its date, effort or `-fast` taken off one by one, longest first; not `id` itself. */
export function shorterNames(id: string): readonly ShorterName[] {
  const names: ShorterName[] = [];
  let name = id;
  let fast = false;
  for (;;) {
    const undated = withoutDate(name);
    const shorter = undated !== name ? undated : hasEffort.test(name) ? name.replace(effort, '') : name;
    if (shorter !== name) name = shorter;
    else if (!fast && name.endsWith('-fast')) {
      fast = true;
      name = name.slice(0, -5);
    } else return names;
    names.push({ id: name, fast });
  }
}
