import assert from 'node:assert/strict';
import { pageHtml } from '../../../src/extension/panelHtml.ts';

describe('the breakdown page', () => {
  const html = pageHtml({
    nonce: 'n0nce',
    cspSource: 'https://*.vscode-cdn.net',
    script: 'https://file.vscode-cdn.net/dist/webview.js?a=1&b="><script>',
    style: 'https://file.vscode-cdn.net/dist/webview.css',
    language: 'zh-cn',
    title: 'Spend Meter',
  });

  it('allows one script by its nonce, the style sheet of the extension, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    assert.equal(policy, "default-src 'none'; script-src 'nonce-n0nce'; style-src https://*.vscode-cdn.net;");
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('quotes what is put into it', () => {
    assert.ok(html.includes('webview.js?a=1&amp;b=&quot;&gt;&lt;script&gt;"'));
    assert.ok(html.includes('<html lang="zh-cn">'));
  });
});
