#!/usr/bin/env node
/**
 * Starts a script of this project on a Node that can run it: `node scripts/node.mjs <script> [arguments…]`.
 *
 * Runs on any Node ≥ 20 with nothing installed. Where the running Node lacks type stripping or node:sqlite it fetches
 * a newer one from npm into `.tools/node` and goes on with that; where node_modules is missing or stale it runs npm ci.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fetchNode, installProject, nodeIsNewEnough, useNode } from './lib/install.mjs';

/** Goes on in a newer Node. It ends when this process ends, however that happens: the channel between them closes. */
async function goOnWith(node) {
  useNode(node);
  const child = spawn(node.bin, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // On a terminal Ctrl-C reaches the child by itself.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

function endWithParent() {
  if (!process.channel) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

const script = process.argv[2];
try {
  if (!script) throw new Error('usage: node scripts/node.mjs <script> [arguments…]');
  if (!nodeIsNewEnough()) {
    await goOnWith(await fetchNode());
  } else {
    endWithParent();
    useNode({ bin: process.execPath });
    await installProject();
    process.argv.splice(1, 2, resolve(script));
    await import(pathToFileURL(resolve(script)).href);
  }
} catch (error) {
  console.error(error instanceof Error && script ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
