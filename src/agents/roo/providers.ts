import { textField } from '../requestBody.ts';

/** Where a profile keeps its model, by `apiProvider`; `apiModelId` for all others. */
const modelSettings: Readonly<Record<string, string>> = {
  openai: 'openAiModelId',
  openrouter: 'openRouterModelId',
  ollama: 'ollamaModelId',
  lmstudio: 'lmStudioModelId',
  litellm: 'litellmModelId',
  requesty: 'requestyModelId',
  unbound: 'unboundModelId',
  glama: 'glamaModelId',
  kilocode: 'kilocodeModel',
};

/** Providers under another name than the price book's; `openai` is whatever speaks its protocol. */
const providerNames: Readonly<Record<string, string | undefined>> = {
  'openai-native': 'openai',
  openai: undefined,
  kilocode: 'kilo',
  'vscode-lm': 'github-copilot',
};

/** The setting that says where requests go, and what it leads to when nothing is in it. Others have none, or one that is not an address of the provider's. */
export const baseUrlSettings: Readonly<Record<string, { readonly name: string; readonly upstream: string }>> = {
  anthropic: { name: 'anthropicBaseUrl', upstream: 'anthropic' },
  'openai-native': { name: 'openAiNativeBaseUrl', upstream: 'openai' },
  openrouter: { name: 'openRouterBaseUrl', upstream: 'openrouter' },
  gemini: { name: 'googleGeminiBaseUrl', upstream: 'gemini' },
  deepseek: { name: 'deepSeekBaseUrl', upstream: 'deepseek' },
};

/** Model and provider that a configuration of Roo's names. */
export function providerOf(configuration: unknown): { readonly model?: string; readonly provider?: string } {
  const own = textField(configuration, 'apiProvider');
  if (own === undefined) return {};
  const model = textField(configuration, modelSettings[own] ?? 'apiModelId');
  const provider = own in providerNames ? providerNames[own] : own;
  return { ...(model === undefined ? {} : { model }), ...(provider === undefined ? {} : { provider }) };
}
