import * as vscode from 'vscode';
import { formatCount, formatUsd } from '../../core/format.ts';
import type { OwnPrice, UnpricedModel } from '../../protocol/prices.ts';
import type { Parts } from '../parts.ts';
import { savedPrices, saveSetting } from '../settings.ts';

/** Longest that pricing a long history anew may take (ms). */
const recalculateMs = 120_000;

type PriceItem = vscode.QuickPickItem & { readonly price?: Priced | 'typed' };
/** What an unpriced model is said to cost. */
type Priced = { readonly free: true } | { readonly aliasOf: string } | { readonly input: string; readonly output: string };

/** Gives a model that has no price one: as another model, typed in, or nothing. Then asks about the past. */
export async function givePrice(parts: Parts, argument: unknown): Promise<void> {
  const { client } = parts;
  const unpriced = client.state?.unpriced ?? [];
  const model = unpriced.find((one) => one.model === argument) ?? (await chooseModel(unpriced, parts));
  if (!model) return;
  const price = await choosePrice(model, parts);
  if (!price) return;
  const own: OwnPrice = { match: model.model, ...(model.provider ? { provider: model.provider } : {}), ...price };
  const kept = savedPrices().filter((one) => one.match !== own.match || one.provider !== own.provider);
  const prices = [...kept, own];
  await client.api.setSettings({ prices });
  await saveSetting('prices', prices);
  await askAboutThePast(model, parts);
}

async function chooseModel(unpriced: readonly UnpricedModel[], { reader }: Parts): Promise<UnpricedModel | undefined> {
  if (unpriced.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('Every model of the last 30 days has a price. Your own prices are in the setting {0}.', 'spendMeter.prices'),
    );
    return undefined;
  }
  if (unpriced.length === 1) return unpriced[0];
  const items = unpriced.map((one) => ({
    label: one.model,
    description: one.provider,
    detail: vscode.l10n.t('{0} tokens without a price', formatCount(one.tokens, reader.locale)),
    one,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which model do you know the price of?') });
  return picked?.one;
}

async function choosePrice(model: UnpricedModel, { client, reader }: Parts): Promise<Priced | undefined> {
  const items = client.api.prices().then((book): PriceItem[] => [
    {
      label: vscode.l10n.t('Type its price…'),
      detail: vscode.l10n.t('USD per million tokens of input and output'),
      price: 'typed',
    },
    {
      label: vscode.l10n.t('It costs nothing'),
      detail: vscode.l10n.t('It runs on your own machine, or is free'),
      price: { free: true },
    },
    { label: vscode.l10n.t('The same as'), kind: vscode.QuickPickItemKind.Separator },
    ...book.map((row) => ({
      label: row.id,
      description: vscode.l10n.t(
        '{0} in · {1} out per million tokens',
        formatUsd(row.inputPerM, reader.locale),
        formatUsd(row.outputPerM, reader.locale),
      ),
      price: { aliasOf: row.id },
    })),
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('What does {0} cost?', model.model),
    placeHolder: vscode.l10n.t('Type a part of a model’s name'),
  });
  return picked?.price === 'typed' ? typedPrice(model) : picked?.price;
}

async function typedPrice(model: UnpricedModel): Promise<Priced | undefined> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('What does {0} cost?', model.model),
    prompt: vscode.l10n.t('USD per million tokens: input, then output, as in {0}', '3 15'),
    validateInput: (text) =>
      twoRates(text) ? undefined : vscode.l10n.t('Two amounts of USD with a space between them, as in {0}', '0.25 2'),
  });
  return typed === undefined ? undefined : twoRates(typed);
}

/** `3 15`, `$0.25 / $2` → the two prices. */
function twoRates(text: string): { readonly input: string; readonly output: string } | undefined {
  const match = /^\s*\$?(\d{1,6}(?:\.\d{1,6})?)[\s/;]+\$?(\d{1,6}(?:\.\d{1,6})?)\s*$/.exec(text);
  return match?.[1] && match[2] ? { input: match[1], output: match[2] } : undefined;
}

async function askAboutThePast(model: UnpricedModel, { client, reader }: Parts): Promise<void> {
  const yes = vscode.l10n.t('Price the past too');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} has a price from now on. Give one to its {1} past tokens, too?',
      model.model,
      formatCount(model.tokens, reader.locale),
    ),
    yes,
  );
  if (answer !== yes) return;
  const { provider, model: id } = model;
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Pricing past requests of {0}', id) },
    () => client.api.recalculate({ models: [{ provider, model: id }], unpricedOnly: true }, recalculateMs),
  );
  const usd = formatUsd(result.afterUsd, reader.locale);
  await vscode.window.showInformationMessage(
    result.changed === 1
      ? vscode.l10n.t('One past request has a price now: {0}.', usd)
      : vscode.l10n.t('{0} past requests have a price now: {1}.', formatCount(result.changed, reader.locale), usd),
  );
}
