import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Resumes the last session of Cline's CLI, which it does in a terminal only (3.0.65): `node clineResume.ts <prompt> <option of cline>…`. Types the prompt,
 * waits until the session's file shows an answer that calls no tool, and ends the program, which takes more than one SIGTERM; and the hub that it left behind.
 */
const [prompt = '', ...options] = process.argv.slice(2);
const data = join(homedir(), '.cline', 'data');
const session = readdirSync(join(data, 'sessions')).sort().at(-1) ?? '';
const file = join(data, 'sessions', session, `${session}.messages.json`);
const before = messages().length;
const command = ['cline', ...options, '--id', session].join(' ');
const child = spawn('script', ['-qefc', command, '/dev/null'], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, TERM: 'xterm' },
});
let shown = '';
let typed = false;
child.stdout.on('data', (text: Buffer) => {
  shown += text.toString();
  process.stdout.write(text);
  if (typed || !shown.includes('Auto-approve')) return;
  typed = true;
  void type();
});

/** Enter that comes together with the text would be a pasted line break. */
async function type(): Promise<void> {
  await wait(500);
  child.stdin.write(prompt);
  await wait(500);
  child.stdin.write('\r');
}

function messages(): readonly { readonly role: string; readonly content: readonly { readonly type: string }[] }[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).messages;
  } catch {
    return [];
  }
}

function isDone(): boolean {
  const last = messages().slice(before).at(-1);
  return last?.role === 'assistant' && last.content.every(({ type }) => type !== 'tool_use');
}

const end = Date.now() + 90_000;
while (!isDone() && child.exitCode === null && Date.now() < end) await wait(100);
const done = isDone();
for (const signal of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
  if (child.exitCode !== null || child.signalCode !== null) break;
  endAll(String(child.pid), signal);
  await wait(1_000);
}
try {
  process.kill(JSON.parse(readFileSync(join(data, 'locks', 'hub', 'production.json'), 'utf8')).pid, 'SIGTERM');
} catch {
  // It left none.
}
process.exitCode = done ? 0 : 1;

/** `script` passes no signal on to what runs in its terminal. What ends meanwhile by itself is gone already. */
function endAll(pid: string, signal: NodeJS.Signals): void {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const one of children === '' ? [] : children.split(' ')) endAll(one, signal);
    process.kill(Number(pid), signal);
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
