import { type RoutingOf, withProvider } from '../routing.ts';

/** Cline keeps the models of Plan and Act in its own storage: chosen by hand. */
export const clineRouting: RoutingOf = (target) => ({
  kind: 'copy',
  where: [
    'Cline',
    'API Configuration',
    'Use different models for Plan and Act modes',
    target.about === 'mode' && target.what.toLowerCase() === 'plan' ? 'Plan Mode' : 'Act Mode',
  ],
  text: withProvider(target),
});
