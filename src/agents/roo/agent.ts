import type { Agent } from '../agent.ts';
import { identifyRoo } from './identity.ts';
import { rooRouting } from './routing.ts';
import { rooTasks } from './tasks.ts';

/**
 * Runs in the extension host: no variable and no command line reaches it; it is guarded by the base URL in its own settings. With its automatic retry on
 * it sends a refused request again for ever, with growing pauses, whatever the status; none of that is paid.
 */
export const rooAgent: Agent = {
  id: 'roo-code',
  name: 'Roo Code',
  identify: identifyRoo,
  refusal: 'json-402',
  routing: rooRouting,
  sessions: [
    rooTasks({ agent: 'roo-code', folder: 'rooveterinaryinc.roo-cline', storageSetting: 'roo-cline.customStoragePath' }),
  ],
};

/** Roo's successor, of the same make. Its requests are recognised with Roo's. */
export const zooAgent: Agent = {
  id: 'zoo-code',
  name: 'Zoo Code',
  refusal: 'json-402',
  routing: rooRouting,
  sessions: [
    rooTasks({ agent: 'zoo-code', folder: 'zoocodeorganization.zoo-code', storageSetting: 'zoo-code.customStoragePath' }),
  ],
};

/** Kilo Code 4 and 5, a Roo under another name. Kilo 7 shares nothing with them but its id. */
export const kiloTasks = rooTasks({ agent: 'kilo', folder: 'kilocode.kilo-code', storageSetting: 'kilo-code.customStoragePath' });
