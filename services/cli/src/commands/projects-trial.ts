import { AppError } from '@quhua/core';
import type { Command } from 'commander';
import { parseInstant } from '../arguments.ts';
import { type CommonOptions, contextOf, engineOf, fromCaller } from '../context.ts';
import { printTrial } from '../trial-text.ts';

type Options = CommonOptions & { date?: string; asOf?: string };

const EXAMPLES = `
现行设定由 QUHUA_CONFIG 决定，默认 config/kashgar；只算不存，不改设定，不发预警
What is in force is what QUHUA_CONFIG names; nothing is stored or sent.

例 / examples:
  cp -r config/kashgar /tmp/试算 后改 delivery.yaml，再 / change a copy's delivery.yaml, then
  quhua projects trial --config /tmp/试算
  quhua projects trial                            只看现行设定准不准 / only how good the one in force is
  quhua projects trial --config /tmp/试算 --date 2025-10-31 --as-of 2025-11-06`;

/** Adds `trial`: what other settings of the delivery warning would have done, and how good it is. */
export function trialCommand(parent: Command): void {
  parent
    .command('trial')
    .description('试算另一套预警设定；衡量预警准不准 / try other settings on the whole history')
    .option('--config <dir>', '要试的配置目录，取其中的 delivery.yaml / the configuration to try')
    .option('--json', '只在标准输出写一个 JSON 文档 / one JSON document on stdout')
    .option('--date <day>', '历史算到哪一天，默认今天 / last day of the history')
    .option('--as-of <instant>', '按当时所知 / as known then')
    .addHelpText('after', EXAMPLES)
    .action((_: Options, child: Command) => run(child.optsWithGlobals()));
}

async function run({ config, json, date, asOf }: Options): Promise<void> {
  const input = {
    ...(date === undefined ? {} : { date }),
    ...(asOf === undefined ? {} : { asOf: parseInstant(asOf) }),
  };
  // `--config` is what to try: the installation runs on its own configuration.
  const context = await contextOf(json === undefined ? {} : { json });
  const { env, out } = context;
  const dir = config === undefined ? env.configDir : fromCaller(env, config);
  const { loadConfig } = await import('@quhua/config');
  const other = loadConfig(dir);
  const { trialProjects } = await import('@quhua/engine');
  await using engine = await engineOf(context);
  const { jurisdiction, dir: inForce } = engine.config;
  if (other.jurisdiction.code !== jurisdiction.code) {
    const { code, name } = other.jurisdiction;
    const message = `要试的配置是 ${name}（${code}），现行的是 ${jurisdiction.name}（${jurisdiction.code}），不能比较：${dir} / another jurisdiction's configuration`;
    throw new AppError('invalid', 'TRIAL_JURISDICTION', message);
  }
  const found = await trialProjects(engine, { ...input, settings: other.delivery });
  out.document({ inForce, tried: dir, ...found });
  printTrial(out, found, { jurisdiction, inForce, tried: dir });
}
