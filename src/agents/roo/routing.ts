import { type RoutingOf, withProvider } from '../routing.ts';

/** Roo Code, Zoo Code and Kilo Code 5 tie an API profile to each mode; the profiles lie in the editor's secret storage: chosen by hand. */
export const rooRouting: RoutingOf = (target) =>
  target.about === 'kind'
    ? undefined
    : { kind: 'copy', where: ['Prompts / Modes', target.what, 'API Configuration'], text: withProvider(target) };
