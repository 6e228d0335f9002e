import type { ModeKind } from '../../core/mode.ts';

/** `plan` and `act` are common words. */
export const clineModes: Readonly<Record<string, ModeKind>> = { yolo: 'code' };

/** Providers that tell what they bill; for all others the stored cost is Cline's own estimate. */
export const costReporters: readonly string[] = ['cline', 'openrouter', 'vercel-ai-gateway'];
