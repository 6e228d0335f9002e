import type { RequestKind } from '../core/request.ts';
import type { Places } from './agent.ts';

/** What another model is wanted for: one of the agent's own modes, or a kind of request. */
export type RoutingTarget = (
  | { readonly about: 'mode'; readonly what: string }
  | { readonly about: 'kind'; readonly what: RequestKind }
) & {
  readonly provider: string;
  readonly model: string;
};

/** One value in one of the agent's own settings files. */
export interface ModelSetting {
  /** Absolute paths of the files that the agent reads, the one that wins over the others first. */
  readonly files: readonly string[];
  /** Which of them is made where none is there; absent = the first. */
  readonly fresh?: string | undefined;
  readonly format: 'json' | 'toml';
  /** From the outermost key on. */
  readonly path: readonly string[];
  readonly value: string;
}

/** What else the setting reaches, or when it does. */
export type RoutingNote =
  /** Every mode of the agent runs on that model. */
  | 'every mode'
  /** Every sub-agent runs on that model. */
  | 'every sub-agent'
  /** Only where that profile is chosen: `codex --profile cheaper`. */
  | 'profile';

/** The setting that names the model there; or, where the agent keeps it out of reach, what to choose by hand. */
export type Routing =
  | { readonly kind: 'set'; readonly settings: readonly ModelSetting[]; readonly note?: RoutingNote }
  /** `where` are the words of the agent's own settings, outermost first; `text` is what to put there. */
  | { readonly kind: 'copy'; readonly where: readonly string[]; readonly text: string };

/** `undefined`: the agent has no setting of its own for that. */
export type RoutingOf = (target: RoutingTarget, places: Places) => Routing | undefined;

/** `provider/model`, as most agents write it; a model that names its seller already stays. */
export function withProvider({ provider, model }: RoutingTarget): string {
  return provider === '' || model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
}
