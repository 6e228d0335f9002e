import type { Agent } from '../agent.ts';
import { cursorChats } from './database.ts';
import { cursorModes } from './modes.ts';

/** Its requests go through Cursor's own servers, also those to the user's own endpoints: nothing of it passes the gateway or can be stopped there. */
export const cursorAgent: Agent = { id: 'cursor', name: 'Cursor', modes: cursorModes, sessions: [cursorChats] };
