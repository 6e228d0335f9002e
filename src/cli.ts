import { homedir } from 'node:os';
import { type Command, UsageError } from './cli/command.ts';

interface Entry {
  /** One line of the usage text. */
  readonly about: string;
  readonly load: () => Promise<{ readonly main: Command }>;
}

/**
 * The headless face. Each command is a module of its own, loaded when it is called, so that none pays for another and
 * those that need no `node:sqlite` run where there is none.
 */
const commands: Readonly<Record<string, Entry>> = {
  price: {
    about: 'price calls: JSON Lines on stdin, an answer per line',
    load: () => import('./cli/price.ts'),
  },
  resolve: {
    about: 'what the price book says of a model id: JSON Lines on stdin',
    load: () => import('./cli/resolve.ts'),
  },
  count: {
    about: 'count tokens of texts and request bodies: JSON Lines on stdin',
    load: () => import('./cli/count.ts'),
  },
  route: {
    about: 'whether a small model does for a prompt: JSON Lines on stdin',
    load: () => import('./cli/route.ts'),
  },
  report: {
    about:
      'what the agents of this machine spent  [--json] [--home DIR] [--since DATE] [--until DATE] [--by …] [--no-ledger] [--prices FILE]',
    load: () => import('./cli/report.ts'),
  },
  serve: {
    about:
      'run the meter service in the foreground  [--port N] [--data DIR] [--upstream NAME=URL]… [--budget-task USD] [--home DIR]',
    load: () => import('./cli/serve.ts'),
  },
  hook: {
    about: "for an agent's own hook: is its task stopped?  <agent>, the hook's JSON on stdin",
    load: () => import('./cli/hook.ts'),
  },
  connect: {
    about: 'have an agent tell the meter more, and take that out again  [AGENT] [--undo] [--yes] [--json]',
    load: () => import('./cli/connect.ts'),
  },
  run: {
    about: 'run an agent guarded: spend-meter run [--telemetry] -- COMMAND…',
    load: () => import('./cli/run.ts'),
  },
};

const lines = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(9)} ${about}`);
const usage = `usage: spend-meter <command> [options]\n\n${lines.join('\n')}\n`;

async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const help = name === '--help' || name === '-h' || name === 'help';
  if (help || !Object.hasOwn(commands, name)) {
    (help ? process.stdout : process.stderr).write(help || !name ? usage : `spend-meter: no command "${name}"\n\n${usage}`);
    return help ? 0 : 2;
  }
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    const command = await commands[name]?.load();
    if (!command) return 2;
    return await command.main(rest, {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      home: homedir(),
      now: Date.now,
      signal: stop.signal,
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`spend-meter ${name}: ${error.message}\n`);
    return 2;
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
}

process.exitCode = await main(process.argv.slice(2));
