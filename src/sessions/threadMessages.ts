import type { Places } from '../agents/agent.ts';
import type { AgentId } from '../core/request.ts';
import type { Batch } from './batch.ts';

/** What the reading thread starts with. */
export interface ReaderThreadData {
  readonly places: Places;
  readonly off: readonly AgentId[];
}

/** Reading thread → owner. Every batch and every question is answered; the thread waits for it. */
export type FromReader =
  | { readonly kind: 'cursors'; readonly id: number; readonly paths: readonly string[] }
  | { readonly kind: 'batch'; readonly id: number; readonly batch: Batch }
  | { readonly kind: 'problem'; readonly message: string };

/** Owner → reading thread. */
export type ToReader =
  | { readonly kind: 'answer'; readonly id: number; readonly cursors?: readonly (string | undefined)[] }
  | { readonly kind: 'off'; readonly off: readonly AgentId[] }
  | { readonly kind: 'stop' };
