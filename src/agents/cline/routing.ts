import { type RoutingOf, withProvider } from '../routing.ts';

/** Cline keeps the models of Plan and Act in its own storage: chosen by hand. Its side requests go to the model of the mode. */
export const clineRouting: RoutingOf = (target) =>
  target.about === 'kind'
    ? undefined
    : {
        kind: 'copy',
        where: [
          'Cline',
          'API Configuration',
          'Use different models for Plan and Act modes',
          target.what.toLowerCase() === 'plan' ? 'Plan Mode' : 'Act Mode',
        ],
        text: withProvider(target),
      };
